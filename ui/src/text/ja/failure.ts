import { duration } from "./quantities";

/** The panel that shows a failure. */
export const failure = {
  actor: "対処する方",
  actors: {
    you: "お客さまご自身",
    administrator:
      "貴社の管理責任者さま、またはWEB管理担当者さま（管理責任者さまの場合は、{provider}）",
    provider: "{provider}",
    it: "貴社のシステム担当部署",
  },
  next: "対処方法",
  more: "詳しく見る",
  /** How a step begins that only one role can take. */
  byRole: "＜担当者さまの場合＞",
  code: "エラーコード",
  requestId: "お問い合わせ番号",
  copy: "エラーの内容をコピー",
  copied: "コピーしました。",
  notCopied: "コピーできませんでした。エラーコードをお控えください。",
  wait: (seconds: number) => `${duration(seconds)}後に、もう一度お試しいただけます。`,
  waited: "もう一度お試しいただけます。",
  retry: "もう一度試す",
  restart: "最初からやり直す",
  place: "接続先など",
};
