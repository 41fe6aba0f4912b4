import type { removal as ja } from "../ja/removal";

/** Taking a certificate off this PC. */
export const removal: typeof ja = {
  remove: "Remove from this PC",
  what: (who) => `Remove the certificate of ${who} from this PC`,
  title: "Remove the certificate?",
  loss: {
    nothing: "This certificate cannot be used any more. Removing it does not affect any login.",
    expired: "This certificate has expired. Removing it does not affect a reissue.",
    issuance:
      "This certificate has not been issued completely. If you remove it, issuance cannot go on, and has to be done again from the beginning.",
    login:
      "If you remove it, nobody can log in with it on this PC any more. To use the service again, the certificate has to be reissued. A removed certificate cannot be restored.",
  },
  typeId: "User ID (to confirm)",
  typeIdHint: (userId) => `To remove it, enter “${userId}”.`,
  wrongId: "This is not the user ID.",
  loggedIn: "You are logged in with this certificate. Log out first, then try again.",
  sure: "Remove",
  cancel: "Cancel",
  removed: (userId) => `The certificate of user ID “${userId}” was removed from this PC.`,
};
