import type { AdministrationFailureTexts } from "../../failure";

export const administrationFailures: AdministrationFailureTexts = {
  "permission-missing": {
    title: "You do not have the permission for this.",
    cause: "The permission for user administration was not granted to you, or was taken away.",
    next: ["If you need it, ask your primary administrator or another user administrator."],
  },
  "beyond-own-permissions": {
    title: "This goes beyond your own permissions.",
    cause: "You cannot grant permissions that you do not hold, nor act on users who hold them.",
    next: [
      "Ask your primary administrator, who holds every permission, or another user administrator.",
    ],
  },
  "own-account": {
    title: "You cannot do this to your own user ID.",
    cause:
      "So that you do not lock yourself out by accident, you cannot suspend, delete or reissue yourself or change your own permissions.",
    next: [
      "To replace your PC, use “Replace this PC” in the main menu.",
      "For anything else, ask another user administrator.",
    ],
  },
  "primary-administrator": {
    title: "Only {provider} can do this for the primary administrator.",
    cause: "The primary administrator is registered as stated in the application for the service.",
    next: ["Apply to {provider} in writing."],
  },
  "user-exists": {
    title: "This user ID is already registered.",
    cause: "User IDs are unique within a customer. Upper and lower case are the same.",
    next: ["Enter another user ID."],
  },
  "name-malformed": {
    title: "The name or department cannot be registered as it is.",
    cause: ({ limit, found }) =>
      limit === undefined
        ? `Line breaks, characters that are not visible and characters that turn the direction of the text cannot be used${found ? ` (character code: ${found})` : ""}.`
        : `It is longer than ${limit} characters.`,
    next: ["Enter it again on one line of at most 100 characters."],
  },
  "user-not-found": {
    title: "This user ID is not registered.",
    cause: "Another user administrator may have deleted it.",
    next: ["See the list of users."],
  },
  "user-changed": {
    title: "Another user administrator has changed this user.",
    cause: "The change was made after this screen was opened, so yours was not applied.",
    next: ["Look at what is registered now, and try again."],
  },
  "import-too-large": {
    title: "There are too many users in the file.",
    cause: ({ limit }) =>
      limit === undefined
        ? "The file holds more users than can be registered at once."
        : `At most ${limit.toLocaleString("en")} users can be registered at once.`,
    next: ["Split the file and try again. Nothing was registered."],
  },
  "file-unreadable": {
    title: "The file could not be read.",
    cause: "The file could not be opened, or it is not a CSV list of users.",
    next: [
      "A spreadsheet's workbook (.xlsx and the like) cannot be read: save it as CSV and choose that.",
      "See “File format” on this screen, correct the file and choose it again.",
    ],
  },
  "text-undecodable": {
    title: "The file contains something that is not text.",
    cause: ({ line, found }) =>
      `Line ${line ?? 1} contains bytes that are not characters (hexadecimal ${found ?? ""}). The file may be damaged, or mix encodings.`,
    next: [
      "Look at that line in the program that made the file, save it with the encoding UTF-8 and choose it again.",
    ],
  },
  "heading-missing": {
    title: "A column that is needed is missing.",
    cause: ({ field, found }) =>
      found
        ? `There is no column with the heading “${field ?? ""}”. Headings found: ${found}`
        : `There is no column with the heading “${field ?? ""}”.`,
    next: ["See “File format” on this screen, correct the headings and choose the file again."],
  },
  "quote-open": {
    title: 'A quotation mark (") is never closed.',
    cause: ({ line, found }) =>
      `The quotation mark (") that begins in line ${line ?? 1} is not closed by the end of the file. The text is: ${found ?? ""}`,
    next: ["Look at the quotation marks of that line, correct the file and choose it again."],
  },
};
