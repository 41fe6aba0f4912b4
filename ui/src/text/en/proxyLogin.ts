import type * as ja from "../ja/proxyLogin";

export const proxyLogin: typeof ja.proxyLogin = {
  title: "Proxy authentication",
  lead: "The proxy through which this PC reaches the internet asks for a user name and a password.",
  place: "Proxy",
  user: "User name for the proxy",
  userHint:
    "The user name for your company's proxy. If you do not know it, ask your IT department.",
  password: "Password for the proxy",
  passwordHint: "Not the password of this service.",
  userWrong: "Enter the user name (without “:”).",
  passwordWrong: "Enter the password.",
  submit: "Save and connect",
  submitAlone: "Save",
  cancel: "Cancel",
  open: "Answer the proxy",
  kept: "The proxy's user name and password were saved. Try again now.",
  note: "They are kept encrypted in the Credential Manager or the like of this PC, and sent to no other proxy.",
};
