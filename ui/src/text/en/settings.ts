import type * as ja from "../ja/settings";

export const settings: typeof ja.settings = {
  title: "Settings",
  theme: "Colours",
  themes: { system: "Same as this PC", light: "Light", dark: "Dark" },
  size: "Text size",
  percent: (value) => `${value}%`,
  close: "Close",
  notSaved:
    "The settings could not be saved. They will be back to what they were at the next start.",
  startAtLogin: {
    title: "Start automatically",
    label: "Start Warifu when I sign in to this PC (it warns of expiry from the notification area)",
  },
  fixed: "Set by your IT department. It cannot be changed here.",

  proxy: {
    title: "Connection to the internet (proxy)",
    kinds: {
      system: "Same as this PC",
      manual: "Use this proxy",
      none: "No proxy",
    },
    address: "Address of the proxy",
    addressHint: "For example proxy.example.co.jp:8080. Ask your IT department.",
    addressWrong: "Enter the proxy's address as host name:port.",
    save: "Save the address",
    saved: "Saved.",
    forget: "Delete the proxy's user name and password",
    forgotten: "The proxy's user name and password were deleted from this PC.",
    notForgotten: "They could not be deleted. Try again in a moment.",
  },
};
