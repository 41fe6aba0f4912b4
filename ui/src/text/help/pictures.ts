/** Taken from the app by the tests, one in each language. */
export const PICTURES = [
  "start",
  "certificate-dialog",
  "password",
  "main-menu",
  "issuance",
  "renewal",
  "users",
  "user-new",
  "transfer",
  "audit",
  "diagnosis",
] as const;

export type PictureName = (typeof PICTURES)[number];

const FILES = import.meta.glob<string>("../../assets/manual/*/*.png", {
  eager: true,
  query: "?url",
  import: "default",
});

/** Where the picture is, if it has been taken. */
export function picture(language: "ja" | "en", name: PictureName): string | undefined {
  return FILES[`../../assets/manual/${language}/${name}.png`];
}
