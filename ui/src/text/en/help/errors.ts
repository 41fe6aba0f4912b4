import { failuresOn } from "../../help/errors";
import type { ChapterText } from "../../help/model";

export const errors: ChapterText<"errors"> = {
  title: "All errors",
  entries: () => ({
    "errors-login": {
      title: "Errors at login",
      blocks: [failuresOn("errors-login"), { kind: "see", entries: ["faq-4-5", "password-lock"] }],
    },
    "errors-password": {
      title: "Errors when changing the password",
      blocks: [
        failuresOn("errors-password"),
        { kind: "see", entries: ["faq-3-3", "password-change"] },
      ],
    },
    "errors-issuance": {
      title: "Errors of issuance and connection profiles",
      blocks: [
        failuresOn("errors-issuance"),
        { kind: "see", entries: ["issuance", "transfer", "faq-4-4"] },
      ],
    },
    "errors-certificate": {
      title: "Errors of certificates and renewal",
      blocks: [
        failuresOn("errors-certificate"),
        { kind: "see", entries: ["renewal", "reissue", "faq-4-6"] },
      ],
    },
    "errors-services": {
      title: "Errors when opening services",
      blocks: [
        failuresOn("errors-services"),
        { kind: "see", entries: ["services-open", "services-pages"] },
      ],
    },
    "errors-administration": {
      title: "Errors in administration",
      blocks: [
        failuresOn("errors-administration"),
        { kind: "see", entries: ["permissions", "users-csv"] },
      ],
    },
    "errors-connection": {
      title: "Errors of the connection",
      words: "network cannot connect",
      blocks: [failuresOn("errors-connection"), { kind: "see", entries: ["diagnosis"] }],
    },
    "errors-keystore": {
      title: "Errors of keys and the keystore",
      blocks: [failuresOn("errors-keystore"), { kind: "see", entries: ["diagnosis", "reissue"] }],
    },
    "errors-app": {
      title: "Errors of the app and the PC",
      blocks: [failuresOn("errors-app"), { kind: "see", entries: ["diagnosis", "support-bundle"] }],
    },
  }),
};
