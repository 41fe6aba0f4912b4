import type { Catalogue } from "../ja";

export const history: Catalogue["history"] = {
  title: "Your history",
  hint: "Shows successful and failed logins, and what was done with your certificate and password.",
  lead: "What was recorded about your user ID, newest first.",
  unfamiliar:
    "If you do not recognise something here, change your password and tell:\nIf you are a user: your primary administrator or a user administrator of your company.\nIf you are the primary administrator: {provider}.",
  caption: "Your history",
  at: "When",
  act: "What",
  from: "PC and address",
  by: (actor) => `Done by: ${actor}`,
  none: "not recorded",
  empty: "There are no records.",
  loading: "Loading your history…",
  more: "Show earlier records",
  moreLoading: "Loading earlier records…",
  added: (count) => (count === 1 ? "1 record was added." : `${count} records were added.`),
};

export const ownEmail: Catalogue["ownEmail"] = {
  title: "Change your e-mail address",
  hint: "Changes the address to which warnings about expiry and the like are sent.",
  lead: "Warnings about expiry and the like are sent to this address. To change it, enter the password that you log in with.",
  current: "Present e-mail address",
  unset: "None is registered",
  email: "New e-mail address",
  emailHint: "Example: hanako@example.jp",
  malformed: "This is not an e-mail address.",
  same: "This is your present address.",
  password: "Password",
  change: "Change",
  changing: "Changing your e-mail address. Please wait.",
  changed: (email) => `Your e-mail address is now “${email}”.`,
};
