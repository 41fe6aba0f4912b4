import type * as ja from "../ja/renewal";

export const renewal: typeof ja.renewal = {
  title: "Renew certificate",
  lead: "A new certificate takes the place of the present one. All steps, the start of use included, are done for you. Please do not switch off the PC.",
  start: "Renew",
  running: "Renewing the certificate. Please wait.",
  failed: "The renewal is not finished. Your present certificate works until it expires.",
  steps: {
    obtain: "Obtain the new certificate",
    store: "Store it on this PC",
    "start-use": "Start using the new certificate",
  },
  done: "The new certificate is in use.",
  doneLead: "The previous certificate can no longer be used.",
  newValidity: "New validity",
  current: "Your present certificate expires",

  finish: {
    title: "Finish the renewal",
    action: "Finish the renewal",
    lead: "The new certificate is already stored on this PC. Choose “Finish the renewal” to start its use. No password is needed.",
    stored: "The renewal is not finished. Choose “Finish the renewal”.",
    "key-ready":
      "The renewal was interrupted. Log in and choose “Renew certificate”; it goes on where it stopped.",
    running: "Connecting with the new certificate. Please wait.",
  },
};
