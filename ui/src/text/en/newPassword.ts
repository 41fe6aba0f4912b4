import type * as ja from "../ja/newPassword";

export const newPassword: typeof ja.newPassword = {
  title: "Change your password",
  reasons: {
    initial: "For your safety, replace the initial password with one that only you know.",
    expired: "Your password has expired. Choose a new one; you are then logged in.",
    wished: "Enter your current password and the new one.",
  },
  label: "New password",
  confirm: "New password (again)",
  confirmHint: "Enter the same password once more.",
  matches: "Both passwords match.",
  differs: "The passwords do not match.",
  rulesTitle: "Conditions",
  rules: {
    length: (least, most) => `${least} to ${most} characters`,
    characters: "Only half-width letters, digits and symbols (case-sensitive)",
    letter: "At least one half-width letter",
    digit: "At least one half-width digit",
    "not-recent": (generations) =>
      generations === 0
        ? "Not the current password"
        : `Neither the current password nor the ${generations} before it`,
    "not-guessable":
      "Not easily guessed: no common words, no runs of the keyboard, and neither the customer number nor the user ID",
  },
  wanted: (least, most) => `${least} to ${most} characters, with a letter and a digit`,
  unmet: (count, first) => `${count} to go: ${first}`,
  unmetCount: (count) => `${count} to go`,
  allMet: "Length and characters are as they should be.",
  symbols: "Allowed symbols",
  ruleStates: {
    open: "Not checked yet",
    met: "Met",
    broken: "Not met",
    later: "Checked when you press “Change password”",
  },
  timeLeft: "Time left",
  timeLeftSoon: (seconds) =>
    `${seconds} seconds left to change your password. If they run out, you can start again.`,
  soon: "If the time runs out, you can start again.",
  fix: "The password does not meet the conditions.",
  submit: "Change password",
  changing: "Changing your password. Please wait.",
  current: "Current password",
  currentHint: "The password with which you log in at present.",
};
