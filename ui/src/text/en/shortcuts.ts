import type * as ja from "../ja/shortcuts";

export const shortcuts: typeof ja.shortcuts = {
  help: "Help (F1)",
  settings: "Settings (Ctrl+,)",
  logout: "Log out (Ctrl+L)",
  print: "Print (Ctrl+P)",
  logoutTitle: "Log out?",
  logoutText: "What you have entered and not saved will be lost.",
  stay: "Stay logged in",
};
