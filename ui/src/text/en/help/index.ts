import type { HelpTexts } from "../../help/model";
import { administration } from "./administration";
import { app } from "./app";
import { certificate } from "./certificate";
import { errors } from "./errors";
import { faqCertificate } from "./faq-certificate";
import { faqPassword } from "./faq-password";
import { faqTrouble } from "./faq-trouble";
import { faqUse } from "./faq-use";
import { password } from "./password";
import { rules } from "./rules";
import { services } from "./services";
import { start } from "./start";
import { synonyms } from "./synonyms";

export const help: HelpTexts = {
  title: "Help",
  lead: "The user manual: how to do things, questions and answers, and what to do about errors.",
  close: "Back to where you were",
  contents: "Contents",
  toContents: "To the contents",
  search: "Search the manual",
  searchHint: "Type words, the text of an error, or an error code.",
  clear: "Clear the search",
  found: (count) => (count === 1 ? "1 page found." : `${count} pages found.`),
  nothing: (query) => `No page matches “${query}”.`,
  instead: (query, other) => `No page matches “${query}”. Looked for “${other}” instead. `,
  suggestions: "Suggestions",
  nothingHint:
    "Try shorter or other words, or look through the contents. If that does not help, contact the help desk.",
  results: "Search results",
  toResults: "Back to the results",
  previous: "Previous",
  next: "Next",
  turnPages: "Previous and next page",
  sought: "Often looked for",
  see: "See also",
  note: "Please note",
  chapter: (number) => `Chapter ${number}`,
  faq: (numbers) => `Questions and answers ${numbers}`,
  fromFailure: "More about this in the help",
  print: "Print the manual",
  printing: "Preparing to print. Please wait.",
  cover: {
    title: "User manual",
    edition: (date, version) => `Printed on ${date}. Version ${version} of the app`,
  },
  rules,
  parts: { guide: "How to", faq: "Questions and answers", errors: "When an error appears" },
  chapters: {
    start,
    services,
    certificate,
    password,
    administration,
    app,
    "faq-use": faqUse,
    "faq-certificate": faqCertificate,
    "faq-password": faqPassword,
    "faq-trouble": faqTrouble,
    errors,
  },
  synonyms,
  pictures: {
    start:
      "The start screen, with the buttons “Log in” and “Issue certificate” and the certificates on this PC.",
    "certificate-dialog":
      "The choice of certificates, each with customer name, user ID and validity.",
    password: "The login, with a password field that has a “Show” button, and the button “Log in”.",
    "main-menu": "The main menu, with services and the buttons for certificate and password.",
    issuance: "Issuance, with fields for customer number, user ID and password.",
    renewal: "Renewal, with its three steps done: obtain, store, start of use.",
    users: "The list of users, with the field “Find a user”.",
    "user-new":
      "“Create a user”, with fields for user ID, e-mail, permissions and initial password.",
    transfer: "“Replace this PC”, with a transfer code and the time left.",
    audit: "The history, with its filter and the records.",
    settings: "The settings, with colours, text size and language under “Appearance”.",
    diagnosis: "The connection diagnosis, with what was checked and the results.",
  },
};
