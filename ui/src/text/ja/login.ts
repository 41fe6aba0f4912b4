export const login = {
  title: "ログイン",
  lead: "電子証明書を確認しました。パスワードを入力してください。",
  password: "パスワード",
  submit: "ログイン",
  checking: "パスワードを確認しています。しばらくお待ちください。",
  triesLeft: (count: number) => `ロックがかかるまで、あと${count}回入力できます。`,
  triesFew: (count: number) => `あと${count}回間違えるとロックがかかります。`,
  wrong: (count: number) => `あと${count}回間違えると、ロックがかかります。`,
  cancel: "キャンセル",
};
