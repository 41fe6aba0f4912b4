export const start = {
  /** Opens what is known of the certificate. */
  about: "電子証明書の詳細",
  title: "サービストップ",
  welcomeNew: "はじめてご利用になる場合は、「証明書発行」を押してください。",
  login: "ログイン",
  loginNone: "ログインには、電子証明書の発行が必要です。",
  outdated: "Warifuの更新後にご利用いただけます。",
  issue: "証明書発行",
  issueHint: "新規・再発行・入れ替え",
  certificates: "このパソコンの電子証明書",
  none: "このパソコンには、まだ電子証明書がありません。",
  otherCertificates: "このパソコンのほかの電子証明書",
  count: (count: number) => `${count}件`,
  lastUsed: "前回ご使用の電子証明書",
  certificate: "このパソコンの電子証明書",
  chooseFirst: "ログインに使用する電子証明書を、次の画面で選択してください。",
  loginOthers: "次の画面で、ほかの電子証明書も選択できます。",
  trouble: "ログインできない場合",
  troubleHint: "ロック・期限切れ・エラー",
  resume: "発行を再開",
  addProfile: "接続プロファイルを追加",
  loading: "読み込んでいます。しばらくお待ちください。",
  reload: "もう一度読み込む",
  brokenTitle: "Warifuを起動できませんでした",
};

export const update = {
  label: "Warifuの更新のお知らせ",
  available: (version: string) => `新しいバージョン ${version}があります。`,
  availableWhy: (own: string) => `お使いのバージョン ${own}も、引き続きご利用いただけます。`,
  required: "Warifuの更新が必要です",
  requiredWhy: (own: string, newest: string) =>
    `お使いのバージョン ${own}はサポートが終了しているため、Warifuを更新するまで、ログインと新たな証明書発行はできません。新しいバージョンは${newest}です。`,
  byDepartment: "Warifuは自動では更新されません。貴社のシステム担当部署へ、更新をご依頼ください。",
  byDownload:
    "Warifuは自動では更新されません。ダウンロードページ（ブラウザで開きます）から入手し、インストールしてください。貴社で手順が定められている場合は、システム担当部署へご確認ください。",
  again: "更新の要否をもう一度確認",
  asking: "更新の要否を確認しています…",
  still: "引き続き、Warifuの更新が必要です。",
  noMore: "このバージョンのまま、ログインと証明書発行をご利用いただけるようになりました。",
  open: "ダウンロードページを開く",
  opened: "ダウンロードページをブラウザで開きました。",
};

/** Settings of the IT department that cannot be used. */
export const managed = {
  title: "貴社のシステム担当部署による設定の一部を使用できません。",
  next: "お手数ですが、この画面の内容を、貴社のシステム担当部署へお伝えください。そのほかの設定は有効です。",
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
