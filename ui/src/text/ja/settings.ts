export const settings = {
  title: "設定",
  theme: "画面の色",
  themes: { system: "パソコンの設定に合わせる", light: "ライト", dark: "ダーク" },
  size: "文字の大きさ",
  percent: (value: number) => `${value}%`,
  close: "閉じる",
  notSaved: "設定を保存できませんでした。次回の起動時には、変更前の設定に戻ります。",
  startAtLogin: {
    title: "自動起動",
    label:
      "パソコンへのサインイン時に、Warifuを自動的に起動する（通知領域で有効期限をお知らせします）",
  },
  fixed: "貴社のシステム担当部署が設定しています。変更はできません。",

  proxy: {
    title: "インターネットへの接続（プロキシ）",
    kinds: {
      system: "パソコンの設定に合わせる",
      manual: "プロキシを指定する",
      none: "プロキシを使用しない",
    },
    address: "プロキシのアドレス",
    addressHint:
      "例：proxy.example.co.jp:8080。ご不明な場合は、貴社のシステム担当部署へご確認ください。",
    addressWrong: "プロキシのアドレスを「ホスト名:ポート番号」の形式で入力してください。",
    save: "アドレスを保存",
    saved: "保存しました。",
    forget: "プロキシのユーザ名とパスワードを削除",
    forgotten: "このパソコンに保存したプロキシのユーザ名とパスワードを削除しました。",
    notForgotten: "削除できませんでした。しばらくしてから、もう一度お試しください。",
  },
};
