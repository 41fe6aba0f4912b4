import type * as ja from "../ja/failure";

export const failure: typeof ja.failure = {
  actor: "Who needs to act",
  actors: {
    you: "You",
    administrator: "A user administrator at your company",
    provider: "{provider}",
    it: "Your IT department",
  },
  next: "What to do",
  more: "Show what to do and the error code",
  code: "Error code",
  requestId: "Request number",
  copy: "Copy the error details",
  copied: "Copied.",
  notCopied: "Could not be copied. Please write down the error code.",
  wait: (time) => `Please wait ${time}. Then you can try again.`,
  waited: "You can try again now.",
  retry: "Try again",
  restart: "Start again",
  place: "Address or folder",
};

export const proxyLogin: typeof ja.proxyLogin = {
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
};
