import type { lifecycle as ja } from "./lifecycle.ja";

export const lifecycle: typeof ja = {
  actions: "Your certificate and password",
  renew: "Renew certificate",
  renewDue: (until) => `It is time to renew your certificate. It expires on ${until}; after that you cannot log in.`,
  changePassword: "Change password",
  changePasswordHint: "Change the password that you log in with.",
  passwordDue: (until) => `Your password expires soon. Change it by ${until}.`,
  transfer: "Replace this PC",
  transferHint: "Move to a new PC.",
  administration: "Administration",
  administrationHint: "Manage users and look at the history.",
  toMenu: "Back to the main menu",
  passwordChanged: "Your password was changed.",
  renewed: "Your certificate was renewed.",

  renewal: {
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
  },

  finish: {
    title: "Finish the renewal",
    action: "Finish the renewal",
    lead: "The new certificate is already stored on this PC. Choose “Finish the renewal” to start its use. No password is needed.",
    stored: "The renewal is not finished. Choose “Finish the renewal”.",
    "key-ready": "The renewal was interrupted. Log in and choose “Renew certificate”; it goes on where it stopped.",
    running: "Connecting with the new certificate. Please wait.",
  },

  password: {
    current: "Current password",
    currentHint: "The password with which you log in at present.",
  },

  transferring: {
    title: "Replace this PC",
    lead: "Show a transfer code on the old PC (this one) and enter it on the new PC to obtain a certificate there. No key and no certificate is ever copied.",
    steps: [
      "Choose “Show the transfer code” on this PC.",
      "Install Warifu on the new PC, add the connection profile and choose “Issue certificate”.",
      "Enter the customer number, the user ID, your current password and the transfer code.",
    ],
    stays: "This PC keeps working until you first log in on the new one. With that login the certificate on this PC ends.",
    show: "Show the transfer code",
    again: "Show a new code",
    showing: "Making a transfer code. Please wait.",
    code: "Transfer code",
    once: "It can be used once. Do not let others see it.",
    left: "Time left",
    over: "The time of the transfer code is over. Choose “Show a new code”.",
    copy: "Copy",
    copied: "Copied.",
    notCopied: "It could not be copied. Please write it down.",
    offer: "I am replacing my PC and have a transfer code",
    field: "Transfer code",
    hint: "The code of 12 characters on the old PC. Upper and lower case are the same.",
    wrong: "A transfer code has 12 letters and digits.",
    issued: "When you first log in on this PC, the certificate on the old PC ends.",
  },

  startAtLogin: {
    title: "Start automatically",
    label: "Start Warifu when I log on to this PC (it warns of expiry from the notification area)",
  },
};
