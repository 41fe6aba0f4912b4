import type { network as ja } from "./network.ja";

export const network: typeof ja = {
  title: "Connection to the internet (proxy)",
  kinds: {
    system: "As this PC is set",
    manual: "This proxy",
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

  login: {
    title: "Sign in to the proxy",
    place: "Proxy",
    user: "User name for the proxy",
    userHint: "The one that your IT department gave you for this PC or the internet.",
    password: "Password for the proxy",
    passwordHint: "Not the password of this service.",
    userWrong: "Enter the user name (without “:”).",
    passwordWrong: "Enter the password.",
    submit: "Save and connect again",
    submitAlone: "Save",
    kept: "Saved in the keystore of this PC.",
    note: "This is kept encrypted in the keystore of this PC's operating system and sent to no other proxy.",
  },
};
