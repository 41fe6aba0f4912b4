/** Acts on several users. */
export const bulk = {
  selected: (count: number) => `${count.toLocaleString("ja")}名を選択中`,
  clear: "選択を解除",
  acts: "選択したユーザの操作",
  title: (act: string, count: number) => `${act}（${count.toLocaleString("ja")}名）`,
  confirm: (act: string, count: number) => `${count.toLocaleString("ja")}名の${act}を行う`,
  andMore: (count: number) => `、ほか${count.toLocaleString("ja")}名`,
  others: (count: number) =>
    `選択中のほかの${count.toLocaleString("ja")}名は、この操作の対象ではないため、変更されません。`,
  also: "全員に新しい初期パスワードも設定する",
  alsoHint:
    "完了後の画面に一度だけ表示し、お知らせを印刷できます。現在のパスワードは使用できなくなります。",
  running: (done: number, count: number) => `処理しています（${count}名中${done}名が完了）`,
  done: "完了",
  told: (done: number, failed: number) =>
    failed === 0 ? `${done}名の処理が完了しました。` : `${done}名は完了、${failed}名は未完了です。`,
  notTried: (count: number) => `ほかの${count}名は、まだ処理していません。`,
  again: (count: number) => `残りの${count}名をもう一度行う`,
};
