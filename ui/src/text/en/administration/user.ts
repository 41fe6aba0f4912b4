import type * as ja from "../../ja/administration/user";

export const user: typeof ja.user = {
  pcName: "PC of the certificate",
  editTitle: (who) => `Change ${who}`,
  edit: "Change",
  history: "History of this user",
  nameless: "No name has been entered. Once it is, the list and the notices show it.",
  enterName: "Enter the name",
  whyLocked: (who) => `${who}: locked after wrong passwords`,
  password: "Password",
  passwordInitial: "Initial password, not changed yet",
  passwordChanged: "Changed by the user",
  suspendedSince: (date) => `Suspended since ${date}`,
  registered: "Registered",
  save: "Save the changes",
  saving: "Saving the changes. Please wait.",
  saved: "The changes have been saved.",
  unchanged: "Nothing has been changed.",
  unsaved: "There are changes that are not saved",
  discard: "Discard them",
  acts: "What you can do",
  hands: {
    yourself: {
      title: "This is your own user ID",
      text: "So that you do not lock yourself out, you cannot change your own permissions, nor unlock, reissue, suspend or delete yourself.",
      ways: [
        "Ask another user administrator at your company. If there is none, contact {provider}.",
        "To move to another PC, use “Replace this PC” in the main menu.",
        "To change your own password, use “Change password” in the main menu.",
      ],
    },
    primary: {
      title: "This is the primary administrator",
      text: "The primary administrator was named in the contract and holds every permission. Only {provider} can make changes or reissue the certificate.",
      ways: ["To be unlocked or to have the certificate reissued, apply to {provider} in writing."],
    },
    beyond: {
      title: "You cannot change this user",
      text: "This user holds a permission that you do not hold yourself.",
      ways: [
        "Ask another user administrator who holds it, or the primary administrator.",
        "If there is none, contact {provider}.",
      ],
    },
  },
  ownEntries: "You cannot change your own permissions.",
  changed: {
    title: "Another user administrator has changed this user in the meantime",
    save: "Nothing has been saved yet, and what you entered is still here. Compare it with the user as it is now, then save again or discard your input.",
    act: "Nothing has been done. Look at the user as it is now, and do it again if it is still needed.",
    what: "What has changed",
    was: "Before",
    now: "Now",
    yours: "What you entered",
    hidden: "Something that is not shown here was changed, such as the password.",
    discard: "Discard the input and show the current values",
  },
};
