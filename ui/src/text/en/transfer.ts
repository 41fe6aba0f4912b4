import type * as ja from "../ja/transfer";

export const transfer: typeof ja.transfer = {
  title: "Replace this PC",
  lead: "Show a transfer code on the old PC (this one) and enter it on the new PC to obtain a certificate there. No key and no certificate is ever copied.",
  steps: [
    "Choose “Show the transfer code” on this PC.",
    "Install Warifu on the new PC, add the connection profile and choose “Issue certificate”.",
    "Enter the customer number, the user ID, your current password and the transfer code.",
  ],
  stays:
    "This PC keeps working until you first log in on the new one. With that login the certificate on this PC ends.",
  show: "Show the transfer code",
  again: "Show a new code",
  showing: "Making a transfer code. Please wait.",
  code: "Transfer code",
  once: "It can be used once. Do not let others see it.",
  onNew: "On the new PC",
  leftSoon: (seconds) => `${seconds} seconds left for the transfer code.`,
  over: "The transfer code has expired. Choose “Show a new code”.",
  copy: "Copy",
  copied: "Copied. It is cleared from the clipboard after 90 seconds.",
  notCopied: "It could not be copied. Please write down the transfer code.",
  offer: "Use a transfer code (replacement of a PC)",
  field: "Transfer code",
  hint: "Enter the 12 characters shown on the old PC. The hyphens need not be entered; upper and lower case are the same.",
  complete: "12 characters.",
  wrong: "A transfer code has 12 letters and digits.",
  issued: "When you first log in on this PC, the certificate on the old PC ends.",
};
