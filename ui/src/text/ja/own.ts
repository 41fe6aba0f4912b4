export const history = {
  title: "ご利用履歴",
  hint: "ログインの成功と失敗、電子証明書やパスワードの操作の記録を表示します。",
  lead: "お客さまのユーザIDに関する記録を、新しいものから順に表示します。",
  unfamiliar:
    "お心当たりのない記録がある場合は、パスワードを変更のうえ、次の窓口へご連絡ください。\n＜担当者さまの場合＞貴社の管理責任者さま、またはWEB管理担当者さま\n＜管理責任者さまの場合＞{provider}",
  caption: "ご利用履歴の一覧",
  at: "日時",
  act: "内容",
  from: "パソコン・接続元",
  by: (actor: string) => `操作者：${actor}`,
  none: "記録なし",
  empty: "記録はありません。",
  loading: "ご利用履歴を読み込んでいます…",
  more: "以前の履歴を表示",
  moreLoading: "以前の履歴を読み込んでいます…",
  added: (count: number) => `${count}件を追加しました。`,
};

export const ownEmail = {
  title: "メールアドレスの変更",
  hint: "有効期限のお知らせなどをお送りするメールアドレスを変更します。",
  lead: "有効期限のお知らせなどをお送りするメールアドレスです。変更には、ログインに使用するパスワードの入力が必要です。",
  current: "現在のメールアドレス",
  unset: "登録されていません",
  email: "新しいメールアドレス",
  emailHint: "例：hanako@example.jp",
  malformed: "メールアドレスの形式が正しくありません。",
  same: "現在のメールアドレスと同じです。",
  password: "パスワード",
  change: "変更する",
  changing: "メールアドレスを変更しています。しばらくお待ちください。",
  changed: (email: string) => `メールアドレスを「${email}」に変更しました。`,
};
