import { failuresOn } from "../../help/errors";
import type { ChapterText } from "../../help/model";

export const errors: ChapterText<"errors"> = {
  title: "エラーの一覧",
  entries: () => ({
    "errors-login": {
      title: "ログインのエラー",
      blocks: [failuresOn("errors-login"), { kind: "see", entries: ["faq-4-5", "password-lock"] }],
    },
    "errors-password": {
      title: "パスワードの変更のエラー",
      blocks: [
        failuresOn("errors-password"),
        { kind: "see", entries: ["faq-3-3", "password-change"] },
      ],
    },
    "errors-issuance": {
      title: "証明書発行と接続プロファイルのエラー",
      blocks: [
        failuresOn("errors-issuance"),
        { kind: "see", entries: ["issuance", "transfer", "faq-4-4"] },
      ],
    },
    "errors-certificate": {
      title: "電子証明書と更新のエラー",
      blocks: [
        failuresOn("errors-certificate"),
        { kind: "see", entries: ["renewal", "reissue", "faq-4-6"] },
      ],
    },
    "errors-services": {
      title: "サービスを開くときのエラー",
      blocks: [
        failuresOn("errors-services"),
        { kind: "see", entries: ["services-open", "services-pages"] },
      ],
    },
    "errors-administration": {
      title: "ユーザ管理のエラー",
      blocks: [
        failuresOn("errors-administration"),
        { kind: "see", entries: ["permissions", "users-csv"] },
      ],
    },
    "errors-connection": {
      title: "接続のエラー",
      words: "つながらない 接続できない ネットワーク",
      blocks: [failuresOn("errors-connection"), { kind: "see", entries: ["diagnosis"] }],
    },
    "errors-keystore": {
      title: "鍵と鍵の保管場所のエラー",
      blocks: [failuresOn("errors-keystore"), { kind: "see", entries: ["diagnosis", "reissue"] }],
    },
    "errors-app": {
      title: "アプリとパソコンのエラー",
      blocks: [failuresOn("errors-app"), { kind: "see", entries: ["diagnosis", "support-bundle"] }],
    },
  }),
};
