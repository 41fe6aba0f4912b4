import type * as ja from "../ja/app";

export const product: typeof ja.product = "Warifu";

export const windowTitle: typeof ja.windowTitle = (screen, service) =>
  [screen, service, "Warifu"].filter(Boolean).join(" | ");

export const header: typeof ja.header = {
  help: "Help",
  settings: "Settings",
  language: "日本語",
  logout: "Log out",
  skip: "Skip to content",
  loggedInAs: "Logged in as",
};
