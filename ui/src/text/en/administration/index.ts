import type * as ja from "../../ja/administration";
import { act, acts } from "./acts";
import { bulk } from "./bulk";
import { create } from "./create";
import { imports } from "./import";
import { issued, notice } from "./issued";
import { list } from "./list";
import { user } from "./user";

export const administration: typeof ja.administration = {
  title: "Administration",
  navigation: "Administration",
  users: "Users",
  audit: "History",
  toMenu: "Back to the main menu",
  toUsers: "Back to the users",
  loading: "Loading. Please wait.",
  working: "Working. Please wait.",
  cancel: "Cancel",
  optional: (label) => `${label} (optional)`,
  listed: (names) => names.join(", "),
  called: (userId) => `User “${userId}”`,
  list,
  bulk,

  states: {
    active: "Active",
    locked: "Locked",
    suspended: "Suspended",
    initial: "Initial password",
  },
  statesShort: { active: "Active", locked: "Locked", suspended: "Suspended", initial: "Initial" },
  filters: {
    locked: "Locked",
    suspended: "Suspended",
    expiring: "Expiring soon",
    expired: "Expired",
    "without-certificate": "Not issued",
    "initial-password": "Initial password",
    unnamed: "Without a name",
  },

  certificates: {
    left: (days) => (days === 1 ? "1 day left" : `${days} days left`),
    expired: "Expired",
    valid: (date) => `Valid until ${date}`,
    expiredAt: (date) => `Expired on ${date}`,
    waiting: "To be obtained",
    none: "None",
  },

  fields: {
    name: "Name",
    nameHint: "As it is to be written on notices.",
    nameRefused: "It has a character that cannot be used. Please check it.",
    department: "Department",
    departmentHint: "For example: Accounting",
    userId: "User ID",
    userIdHint: "An ID that nobody else has. It cannot be changed afterwards.",
    userIdRule:
      "3 to 20 half-width letters, digits, “.”, “-” or “_” (upper-case letters become lower-case)",
    userIdStates: {
      open: "Nothing entered",
      met: "Has the right form",
      broken: "Does not have the right form",
    },
    email: "E-mail",
    emailHint: "Warnings before a certificate expires go there. Without an address there are none.",
    emailWrong: "This is not an e-mail address. Please check what stands before and after “@”.",
    emailRefused: "This e-mail address was not accepted. Please check it.",
  },

  permissions: {
    title: "Permissions",
    hint: "Choose what this user may do. You can grant only what you hold yourself.",
    notGrantable: "You do not hold this permission yourself, so you cannot grant it.",
    none: "No permissions",
    copy: "Copy the permissions of another user",
    copyFrom: "Copy from",
    copyHint: "The permissions above become those of the user that you choose.",
    copied: (who, given, left) =>
      left === 0
        ? `The permissions of ${who} have been chosen (${given}).`
        : `Of the permissions of ${who}, ${given} have been chosen; ${left} you cannot grant.`,
  },

  password: {
    title: "Initial password",
    generated: "Generate one (recommended)",
    generatedHint: "It is hard to guess, and is shown once when you are done.",
    entered: "Enter one yourself",
    enteredHint: "Avoid what is easy to guess, such as the user ID, names or birthdays.",
    label: "Initial password",
    rules: "An initial password has",
    broken: "Not met",
    rejected: "It was not accepted because it does not meet the rules below.",
    also: "Set a new initial password as well",
    alsoHint: "For a user who has forgotten the password. The current one can no longer be used.",
  },
  finder: {
    list: "Matching users",
    example: "Part of a name, department or ID",
    nobody: "No user matches.",
    more: "There are more. Type on.",
    found: (count, more) => (more ? `At least ${count} match.` : `${count} match.`),
  },

  leaving: {
    passwords: {
      title: "Have you kept the initial password?",
      text: "It has been neither printed nor copied. Once you leave this page it cannot be shown again, and has to be set anew.",
      stay: "Stay on this page",
      leave: "Leave without keeping it",
    },
    changes: {
      title: "Discard what you entered?",
      text: "It has not been saved. If you leave this page, what you entered is discarded.",
      stay: "Stay on this page",
      leave: "Discard and leave",
    },
  },
  create,
  issued,
  notice,
  user,
  acts,
  act,
  import: imports,

  export: {
    fileName: (date) => `users_${date}.csv`,
  },
};
