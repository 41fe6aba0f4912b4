/**
 * The order of the manual, the same in every language. `faq` names the questions of the old service's
 * FAQ that an entry answers.
 */
export const OUTLINE = [
  {
    id: "guide",
    chapters: [
      {
        id: "start",
        entries: [
          { id: "first-login", faq: ["1-1"] },
          { id: "app-install", faq: ["1-1", "1-2"] },
          { id: "issuance", faq: ["1-1", "2-2"] },
          { id: "login", faq: ["1-1", "4-5"] },
          { id: "main-menu", faq: [] },
          { id: "own-history", faq: [] },
        ],
      },
      {
        id: "services",
        entries: [
          { id: "services-open", faq: [] },
          { id: "services-approval", faq: [] },
          { id: "services-pages", faq: [] },
        ],
      },
      {
        id: "certificate",
        entries: [
          { id: "renewal", faq: ["2-3", "2-4"] },
          { id: "finish-renewal", faq: ["2-4"], trouble: true },
          { id: "tray", faq: ["2-3", "2-4"] },
          { id: "notices", faq: ["2-3", "3-1"] },
          { id: "calendar", faq: ["2-3"] },
          { id: "no-notification", faq: [], trouble: true },
          { id: "transfer", faq: ["4-1"] },
          { id: "reissue", faq: ["2-5"] },
          { id: "lost-pc", faq: [], trouble: true },
        ],
      },
      {
        id: "password",
        entries: [
          { id: "password-change", faq: ["3-1", "3-3"] },
          { id: "password-forgotten", faq: [], trouble: true },
          { id: "password-lock", faq: ["3-2"], trouble: true },
          { id: "own-address", faq: ["2-4"] },
        ],
      },
      {
        id: "administration",
        entries: [
          { id: "users", faq: ["1-5"] },
          { id: "user-new", faq: ["1-5"] },
          { id: "user-names", faq: [] },
          { id: "permissions", faq: ["1-3"] },
          { id: "user-unlock", faq: ["3-2"] },
          { id: "user-password", faq: [] },
          { id: "user-reissue", faq: ["2-5", "2-6"] },
          { id: "user-suspend", faq: [] },
          { id: "user-delete", faq: [] },
          { id: "users-several", faq: [] },
          { id: "users-csv", faq: ["1-5"] },
          { id: "audit", faq: [] },
        ],
      },
      {
        id: "app",
        entries: [
          { id: "settings", faq: [] },
          { id: "keyboard", faq: [] },
          { id: "provider-face", faq: [] },
          { id: "diagnosis", faq: ["4-6"], trouble: true },
          { id: "support-bundle", faq: [] },
          { id: "contact", faq: [] },
          { id: "app-update", faq: [] },
          { id: "app-removal", faq: [] },
          { id: "manual", faq: ["1-6"] },
        ],
      },
    ],
  },
  {
    id: "faq",
    chapters: [
      {
        id: "faq-use",
        entries: [
          { id: "faq-1-1", faq: ["1-1"] },
          { id: "faq-1-2", faq: ["1-2"] },
          { id: "faq-1-3", faq: ["1-3"] },
          { id: "faq-1-4", faq: ["1-4"] },
          { id: "faq-1-5", faq: ["1-5"] },
          { id: "faq-1-6", faq: ["1-6"] },
        ],
      },
      {
        id: "faq-certificate",
        entries: [
          { id: "faq-2-1", faq: ["2-1"] },
          { id: "faq-2-2", faq: ["2-2"] },
          { id: "faq-2-3", faq: ["2-3"] },
          { id: "faq-2-4", faq: ["2-4"] },
          { id: "faq-2-5", faq: ["2-5"] },
          { id: "faq-2-6", faq: ["2-6"] },
        ],
      },
      {
        id: "faq-password",
        entries: [
          { id: "faq-3-1", faq: ["3-1"] },
          { id: "faq-3-2", faq: ["3-2"] },
          { id: "faq-3-3", faq: ["3-3"], trouble: true },
        ],
      },
      {
        id: "faq-trouble",
        entries: [
          { id: "faq-4-1", faq: ["4-1"] },
          { id: "faq-4-2", faq: ["4-2"] },
          { id: "faq-4-3", faq: ["4-3"] },
          { id: "faq-4-4", faq: ["4-4"] },
          { id: "faq-4-5", faq: ["4-5"] },
          { id: "faq-4-6", faq: ["4-6"] },
        ],
      },
    ],
  },
  {
    id: "errors",
    chapters: [
      {
        id: "errors",
        entries: [
          { id: "errors-login", faq: [] },
          { id: "errors-password", faq: [] },
          { id: "errors-issuance", faq: [] },
          { id: "errors-certificate", faq: [] },
          { id: "errors-services", faq: [] },
          { id: "errors-administration", faq: [] },
          { id: "errors-connection", faq: [] },
          { id: "errors-keystore", faq: [] },
          { id: "errors-app", faq: [] },
        ],
      },
    ],
  },
] as const;

type PartOutline = (typeof OUTLINE)[number];
type ChapterOutline = PartOutline["chapters"][number];

export type PartId = PartOutline["id"];
export type ChapterId = ChapterOutline["id"];
export type EntryIdOf<C extends ChapterId> = Extract<
  ChapterOutline,
  { id: C }
>["entries"][number]["id"];
export type EntryId = EntryIdOf<ChapterId>;
