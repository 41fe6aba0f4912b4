/** What the IT department has decided. */
export const managed = {
  fixed: "貴社のIT部門が設定しています。変更はできません。",
  title: "貴社のIT部門による設定の一部を使用できません。",
  next: "お手数ですが、この画面の内容を、貴社のIT部門へお伝えください。そのほかの設定は有効です。",
  details: "使用できない設定",
  troubles: {
    unreadable: "読み取れません。",
    malformed: "ファイルの形式が正しくありません。",
    "unknown-setting": "この名前の設定はありません。",
    "wrong-type": "値の種類が正しくありません。",
    "not-possible": "指定できない値です。",
    "outdated-profile": "登録済みの接続プロファイルより古いものです。",
    "bad-file": "指定されたファイルが見つからないか、接続プロファイルではありません。",
  },
};
