/** The browsers that are told apart. */
export const browsers = {
  edge: "Microsoft Edge",
  chrome: "Google Chrome",
  firefox: "Firefox",
  safari: "Safari",
  other: "ブラウザ",
};

/** From the main menu into the browser. */
export const handoff = {
  browser: (name: string, address: string) => `${name}（${address}）`,
  waiting: (title: string) => `「${title}」をブラウザで開いています。`,
  asking: (title: string) =>
    `ブラウザに、「${title}」を開くかどうかの確認が表示されています。ブラウザでお答えください。`,
  confirming: (title: string) =>
    `「${title}」を開いたのがご本人かどうかを確認しています。この画面でお答えください。`,
  opened: (title: string, browser: string) => `${browser}で「${title}」を開きました。`,
  declined: (title: string) => `「${title}」を開く操作を中止しました。`,
  expired: (title: string) =>
    `「${title}」は開かれませんでした。時間内にブラウザが応答しなかったため、終了しました。`,
  ended: (title: string) => `ログインが終了したため、「${title}」を開けませんでした。`,
  again: "もう一度開く",
  help: "ブラウザに別の画面が表示された場合",
  title: "ご本人の操作ですか？",
  question: (title: string, browser: string) => `「${title}」が、${browser}で開かれました。`,
  only: "メインメニューからこのサービスを開いたご本人の場合にのみ、「はい」を押してください。お心当たりがない場合は「いいえ」を押してください。このサービスは開かれません。",
  elsewhere: "このパソコンと異なる接続元です。",
  left: (time: string) => `残り時間：${time}`,
  no: "いいえ",
  yes: "はい",
  replayedTitle: "ほかのブラウザで使用された可能性があります",
  replayed:
    "サービスを開くためのアドレスが、2回使用されました。安全のため、開いたページのログインを終了しました。",
  replayedWhere: (title: string) => `対象のサービス：${title}`,
  replayedNext:
    "お心当たりがない場合は、このパソコンで開いたアドレスが、ほかの人に読み取られた可能性があります。貴社のシステム担当部署、または{provider}へご連絡ください。",
  close: "閉じる",
};
