export const login = {
  title: "ログイン",
  lead: "電子証明書を確認しました。パスワードを入力してください。",
  password: "パスワード",
  submit: "ログイン",
  checking: "パスワードを確認しています。しばらくお待ちください。",
  triesLeft: (count: number) => `パスワードを${count}回間違えると、ロックがかかります。`,
  triesFew: (count: number) => `あと${count}回間違えると、ロックがかかります。`,
  cancel: "キャンセル",
};

/** A user ID that has been locked: whom to ask, by role (FAQ 3-2). */
export const locked = {
  user: "担当者さまの場合",
  userNext: "ロックの解除は、貴社の管理責任者さま、またはWEB管理担当者さまへご依頼ください。",
  tell: "お伝えいただく内容",
  primary: "管理責任者さまの場合",
  primaryNext: "ロックの解除は、{provider}へ書面にてお申し込みください。",
  other: "ほかの電子証明書を選択",
};
