/** Taken from the app by the tests, one in each language and for each of its two sets of colours. */
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
  "settings",
] as const;

export type PictureName = (typeof PICTURES)[number];

const FILES = import.meta.glob<string>("../../assets/manual/*/*.png", {
  eager: true,
  query: "?url",
  import: "default",
});

export type PictureColours = "light" | "dark";

/** Where the picture is, if it has been taken. */
export function picture(
  language: "ja" | "en",
  name: PictureName,
  colours: PictureColours,
): string | undefined {
  const ending = colours === "dark" ? ".dark.png" : ".png";
  return FILES[`../../assets/manual/${language}/${name}${ending}`];
}

/** The states that the tray tells of, with the very icons that it shows. */
export const TRAY_ICONS = ["fine", "soon", "urgent", "expired"] as const;

export type TrayIcon = (typeof TRAY_ICONS)[number];

const ICONS = import.meta.glob<string>("../../../../icons/tray-*@2x.png", {
  eager: true,
  query: "?url",
  import: "default",
});

export function trayIcon(icon: TrayIcon): string | undefined {
  return ICONS[`../../../../icons/tray-${icon}@2x.png`];
}
