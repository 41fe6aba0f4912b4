export const product = "Warifu";

export const windowTitle = (screen: string, service: string) =>
  [screen, service, "Warifu"].filter(Boolean).join("｜");

export const header = {
  help: "ヘルプ",
  settings: "設定",
  language: "English",
  logout: "ログアウト",
  skip: "本文へ移動",
  loggedInAs: "ログイン中のお客さま",
};
