/** The keys that work on every screen. */
export const shortcuts = {
  help: "ヘルプ（F1）",
  settings: "設定（Ctrl＋,）",
  logout: "ログアウト（Ctrl＋L）",
  print: "印刷（Ctrl＋P）",
  logoutTitle: "ログアウトしますか？",
  logoutText: "保存していない入力内容は破棄されます。",
  stay: "ログインを続ける",
};
