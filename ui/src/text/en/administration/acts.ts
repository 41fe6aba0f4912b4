import type * as ja from "../../ja/administration/acts";

export const acts: typeof ja.acts = {
  unlock: {
    button: "Unlock",
    about: "Ends the lock that wrong passwords have caused.",
    title: "Unlock this user?",
    does: [
      "The lock ends, and the count of wrong passwords starts again.",
      "The user can log in at once.",
    ],
    keeps: [
      "The certificate and the permissions stay as they are.",
      "So does the password, unless you set a new initial one.",
    ],
    confirm: "Unlock",
    done: (who) => `${who} has been unlocked.`,
  },
  "reset-password": {
    button: "Set a new initial password",
    about: "For a user who has forgotten the password.",
    title: "Set a new initial password?",
    does: [
      "The current password can no longer be used, and the user is logged out.",
      "The user has to change the initial password at the next login.",
      "If the user is locked, the lock ends.",
    ],
    keeps: ["The certificate and the permissions stay as they are."],
    confirm: "Set it",
    done: (who) => `A new initial password has been set for ${who}.`,
  },
  reissue: {
    button: "Reissue the certificate",
    about:
      "Lets the user obtain a new certificate, after the PC was replaced or broke, or the certificate expired.",
    title: "Reissue the certificate?",
    does: [
      "The current certificate is revoked at once, and the user is logged out. This cannot be undone.",
      "The user can obtain one new certificate on any PC with “Issue certificate”.",
    ],
    keeps: [
      "The certificates of other users are not affected.",
      "The permissions stay as they are, and so does the password unless you set a new initial one.",
    ],
    confirm: "Revoke and reissue",
    done: (who) => `The certificate of ${who} has been revoked. The user can obtain a new one.`,
  },
  suspend: {
    button: "Suspend",
    about: "Keeps the user out for a while, for example during leave.",
    title: "Suspend this user?",
    does: ["The user is logged out, and cannot log in from now on."],
    keeps: [
      "The registration, the permissions, the password and the certificate are kept.",
      "You can undo this at any time with “Resume”.",
    ],
    confirm: "Suspend",
    done: (who) => `${who} has been suspended.`,
  },
  resume: {
    button: "Resume",
    about: "Lets a suspended user log in again.",
    title: "Resume this user?",
    does: ["The user can log in again with the same certificate and password as before."],
    keeps: ["A lock stays as it is.", "A certificate that has expired must be reissued."],
    confirm: "Resume",
    done: (who) => `${who} has been resumed.`,
  },
  delete: {
    button: "Delete",
    about: "For a user ID that is no longer needed, for example after someone has left.",
    title: "Delete this user?",
    does: [
      "The user is deleted and the certificate revoked at once. This cannot be undone.",
      "A user who is logged in is logged out.",
    ],
    keeps: ["Other users are not affected.", "The history keeps its records."],
    confirm: "Delete",
    done: (who) => `${who} has been deleted.`,
  },
};

export const act: typeof ja.act = {
  person: "User",
  does: "What happens",
  keeps: "What does not change",
  typeId: "To confirm, type the user ID",
  typeIdHint: (userId) => `To delete the user, type “${userId}”.`,
  typeIdWrong: "This is not the user ID.",
};
