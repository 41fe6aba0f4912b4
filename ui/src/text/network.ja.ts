/** The proxy: in the settings, and where it asks who asks. */
export const network = {
  title: "インターネットへの接続（プロキシ）",
  kinds: {
    system: "パソコンの設定に合わせる",
    manual: "プロキシを指定する",
    none: "プロキシを使用しない",
  },
  address: "プロキシのアドレス",
  addressHint: "例：proxy.example.co.jp:8080。貴社のIT部門にご確認ください。",
  addressWrong: "プロキシのアドレスを「ホスト名:ポート番号」の形式で入力してください。",
  save: "アドレスを保存",
  saved: "保存しました。",
  forget: "プロキシのユーザ名とパスワードを削除",
  forgotten: "このパソコンに保存したプロキシのユーザ名とパスワードを削除しました。",
  notForgotten: "削除できませんでした。しばらくしてから、もう一度お試しください。",

  login: {
    title: "プロキシへのログイン",
    place: "プロキシ",
    user: "プロキシのユーザ名",
    userHint: "パソコンやインターネットの利用のために、貴社のIT部門から案内されているものです。",
    password: "プロキシのパスワード",
    passwordHint: "本サービスのパスワードではありません。",
    userWrong: "ユーザ名を入力してください（「:」は使用できません）。",
    passwordWrong: "パスワードを入力してください。",
    submit: "保存して、もう一度接続する",
    submitAlone: "保存する",
    kept: "OSの鍵保管機能に保存しました。",
    note: "入力内容は、OSの鍵保管機能に暗号化して保存し、このプロキシ以外へは送信しません。",
  },
};
