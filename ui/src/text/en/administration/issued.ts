import type * as ja from "../../ja/administration/issued";
import { users } from "../counts";

export const issued: typeof ja.issued = {
  created: "The user has been created",
  imported: (count) => `${users(count)} created`,
  reset: "A new initial password has been set",
  once: "You see the initial password on this page only.",
  onceMore:
    "Once you leave the page it cannot be shown again. Print the notice, or copy the password and hand it over safely. If it is lost, set a new one.",
  atOnce:
    "The user can obtain a certificate right now with “Issue certificate”. There is no need to wait.",
  atLogin:
    "At the next login the user enters the initial password and changes it. The certificate stays as it is.",
  noWay:
    "This user cannot obtain a certificate at present. To let the user log in, reissue the certificate too.",
  suspended: "This user is suspended and cannot log in until resumed.",
  caption: "Created users and their initial passwords",
  print: "Print the notice",
  printHint: (count) =>
    count === 1
      ? "Prints a page (A4) to hand to the user."
      : `Prints a page (A4) for each user to be handed over, ${count} pages in all.`,
  copy: "Copy the initial password",
  copyAll: "Copy the list",
  copied: "Copied. After pasting, copy something else so that it does not stay in the clipboard.",
  notCopied: "Could not be copied. Please write down what you see.",
  another: "Create another",
  toUser: "To this user",
  leaveTitle: "Have you kept the initial passwords?",
  leaveText:
    "They have been neither printed nor copied. Once you leave this page they cannot be shown again, and have to be set anew one by one.",
  stay: "Stay on this page",
  leave: "Leave without keeping them",
};

export const notice: typeof ja.notice = {
  title: "Your access to the web service",
  to: (userId) => `For the user with the ID “${userId}”`,
  greeting: (service) =>
    `This is what you need to use “${service}”. Please follow the steps below.`,
  date: "Date",
  service: "Service",
  customer: "Customer",
  customerNumber: "Customer number",
  userId: "User ID",
  password: "Initial password",
  kinds: { upper: "capital", lower: "small", digit: "digit", symbol: "symbol" },
  steps: "What to do",
  issuance: [
    "Start the app “Warifu” on the PC that you are going to use. The first time, add the connection profile (.warifu.json) that you received from a user administrator at your company.",
    "Choose “Issue certificate” and enter the customer number, the user ID and the initial password above.",
    "Change the initial password to one of your own, as the app tells you.",
    "Once the certificate is issued, choose “Log in”, select the certificate, and enter your new password.",
  ],
  login: [
    "Start the app “Warifu” on the PC that holds your certificate.",
    "Choose “Log in”, select your certificate, and enter the initial password above. Your earlier password can no longer be used.",
    "Change the initial password to one of your own, as the app tells you.",
  ],
  cautions: "Please note",
  cautionTexts: [
    "Show this page and the initial password to nobody else.",
    "Destroy this page, for example by shredding, once you have changed the password.",
    "A certificate can be used on one PC per user ID.",
    "Mind capital and small letters, the digit “0” and the letter “O”, the digit “1” and the letters “l” and “I”.",
  ],
  tries: (tries) =>
    `After ${tries} wrong passwords you are locked out. Wrong ones are counted beyond the end of the day.`,
  support: "Help desk",
  first: "If you have any questions, please ask a user administrator at your company first.",
};
