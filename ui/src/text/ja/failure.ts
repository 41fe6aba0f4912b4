/** The panel that shows a failure. */
export const failure = {
  actor: "ご対応いただく方",
  actors: {
    you: "お客さまご自身",
    administrator: "貴社の管理責任者さま、またはWEB管理担当者さま",
    provider: "{provider}",
    it: "貴社のIT部門（情報システム担当者さま）",
  },
  next: "ご対応の手順",
  more: "ご対応の手順とエラーコードを表示",
  code: "エラーコード",
  requestId: "受付番号",
  copy: "エラーの内容をコピー",
  copied: "コピーしました。",
  notCopied: "コピーできませんでした。エラーコードをお控えください。",
  wait: (time: string) => `あと ${time} お待ちください。その後、もう一度お試しいただけます。`,
  waited: "もう一度お試しいただけます。",
  retry: "もう一度試す",
  restart: "最初からやり直す",
  place: "接続先など",
};

/** Where a proxy asks who asks. */
export const proxyLogin = {
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
};
