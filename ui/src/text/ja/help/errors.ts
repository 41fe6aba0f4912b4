import { failuresOn } from "../../help/errors";
import type { ChapterText } from "../../help/model";

export const errors: ChapterText<"errors"> = {
  title: "エラーの一覧",
  entries: () => ({
    "errors-login": {
      title: "ログインに関するエラー",
      blocks: [failuresOn("errors-login"), { kind: "see", entries: ["faq-4-5", "password-lock"] }],
    },
    "errors-password": {
      title: "パスワード変更に関するエラー",
      blocks: [
        failuresOn("errors-password"),
        { kind: "see", entries: ["faq-3-3", "password-change"] },
      ],
    },
    "errors-issuance": {
      title: "証明書発行・接続プロファイルに関するエラー",
      blocks: [
        failuresOn("errors-issuance"),
        { kind: "see", entries: ["issuance", "transfer", "faq-4-4"] },
      ],
    },
    "errors-certificate": {
      title: "電子証明書・更新に関するエラー",
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
      title: "ユーザ管理に関するエラー",
      blocks: [
        failuresOn("errors-administration"),
        { kind: "see", entries: ["permissions", "users-csv"] },
      ],
    },
    "errors-connection": {
      title: "接続に関するエラー",
      words: "つながらない 接続できない ネットワーク",
      blocks: [failuresOn("errors-connection"), { kind: "see", entries: ["diagnosis"] }],
    },
    "errors-keystore": {
      title: "鍵の保管に関するエラー",
      blocks: [failuresOn("errors-keystore"), { kind: "see", entries: ["diagnosis", "reissue"] }],
    },
    "errors-app": {
      title: "アプリ・パソコンに関するエラー",
      blocks: [failuresOn("errors-app"), { kind: "see", entries: ["diagnosis", "support-bundle"] }],
    },
  }),
};
