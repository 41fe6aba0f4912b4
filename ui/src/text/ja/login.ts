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
