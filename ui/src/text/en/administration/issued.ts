import type * as ja from "../../ja/administration/issued";
import { users } from "../counts";

const CHANGE = "Change the initial password as the app tells you. There is a time limit for it.";

const ISSUE = [
  "Choose “Issue certificate” and enter the customer number, the user ID and the initial password above.",
  CHANGE,
  "Once the certificate is issued, choose “Log in” and select it.",
  "Enter your new password.",
];

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
  copied: "Copied. It is cleared from the clipboard after 90 seconds.",
  notCopied: "Could not be copied. Please write down what you see.",
  another: "Create another",
  toUser: "To this user",
};

export const notice: typeof ja.notice = {
  title: "Your access to the web service",
  to: (name) => name,
  toId: (userId) => `For the user with the ID “${userId}”`,
  openings: {
    issuance: (service) => `This is what you need to use “${service}”.`,
    reissue: () =>
      "Your certificate is going to be issued anew, and this is your new initial password.",
    unlock: () => "Your lock has been taken away, and this is your new initial password.",
    reset: () => "A new initial password has been set for you.",
  },
  date: "Date",
  service: "Service",
  customer: "Customer",
  customerNumber: "Customer number",
  department: "Department",
  userId: "User ID",
  password: "Initial password",
  kinds: { upper: "capital", lower: "small", digit: "digit", symbol: "symbol" },
  steps: "What to do",
  install: (url) =>
    url === null
      ? "Install the app “Warifu” on the PC"
      : `Install the app “Warifu” (from ${url}) on the PC`,
  app: "Where to find the app Warifu",
  code: "QR code",
  issuance: (install) => [
    `${install}, and add the connection profile (.warifu.json) that you received from a user administrator at your company.`,
    ...ISSUE,
  ],
  reissue: (install) => [
    `The certificate that you had has been revoked. If you are going to use another PC: ${install}, and add the connection profile.`,
    ...ISSUE,
  ],
  login: () => [
    "Choose “Log in”, select your certificate, and enter the initial password above.",
    CHANGE,
    "From then on log in with your new password. The certificate stays as it is.",
  ],
  cautions: "Please note",
  letters:
    "Capital and small letters differ. Mind the digit “0” and the letter “O”, the digit “1” and the letters “l” and “I”.",
  onePc: [
    "A certificate can be issued to one PC per user ID.",
    "Do this on the PC that is to have the certificate.",
  ],
  earlier: "Your earlier password can no longer be used.",
  tries: (tries) =>
    `After ${tries} wrong passwords you are locked out. Wrong ones are counted beyond the end of the day.`,
  keep: "Keep this page where nobody else sees it, and destroy it, for example by shredding, once you have changed the password.",
  support: "Help desk",
  first: "If you have any questions, please ask a user administrator at your company first.",
};
