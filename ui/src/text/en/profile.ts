import type * as ja from "../ja/profile";

export const profile: typeof ja.profile = {
  title: "First, add the service that you use",
  lead: "Warifu logs you in to the service with an electronic certificate that is bound to this PC. Have the notice about the use of the service at hand.",
  titleMore: "Add a connection profile",
  leadMore: "Add the connection profile of another service to this PC.",
  drop: "Drag the connection profile and drop it here",
  dropHere: "Drop it here to add it",
  dropHint:
    "Or choose “Choose a file”. It came with the notice, and its name ends in “.warifu.json”.",
  choose: "Choose a file",
  adding: "Adding…",
  steps: "Three steps to get started",
  register: "Add the service",
  registerHint: "Choose the connection profile.",
  minutes: (minutes) => `about ${minutes} min`,
  issueHint: "Enter what the notice says, and decide on a new password.",
  loginHint: "Log in with your certificate and password.",
  paste: "Paste the text of the file instead",
  text: "Text of the connection profile",
  textHint: "Paste everything from “{” to “}”.",
  add: "Add the pasted text",
  empty: "Please paste the text of the connection profile.",
  what: "What is a connection profile?",
  whatText:
    "A file with the name of the service, its addresses, and what is needed to verify that it is genuine. It holds no password or other secret. You can also simply open the file to add it.",
  missing: "If you do not have it",
  missingText:
    "The connection profile comes with the notice about the use of the service. If you do not have it, ask a user administrator at your company, or the help desk that the notice names.",
  added: (service) => `“${service}” was added.`,
};
