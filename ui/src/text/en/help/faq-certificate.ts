import type { ChapterText } from "../../help/model";

export const faqCertificate: ChapterText<"faq-certificate"> = {
  title: "Certificates",
  entries: (rules) => ({
    "faq-2-1": {
      title: "What is a certificate?",
      words: "client certificate security fraud key",
      blocks: [
        {
          kind: "text",
          text: "It proves who you are when you use the service. In addition to user ID and password it limits the use to one PC.",
        },
        {
          kind: "text",
          text: "A certificate is issued to only one PC for each user ID. Even if somebody learns your user ID and password, they cannot log in from another PC.",
        },
        {
          kind: "text",
          text: "The key that belongs to it is made on this PC and guarded by the keystore of the operating system. It can be neither taken out nor copied.",
        },
        { kind: "see", entries: ["issuance", "faq-1-4"] },
      ],
    },
    "faq-2-2": {
      title: "How do I obtain a certificate?",
      words: "issue get install",
      blocks: [
        {
          kind: "list",
          items: [
            "Primary administrators: have the notice about the use of the service, sent by post, at hand.",
            "Other users: ask the primary administrator or a user administrator for the customer number, your user ID and initial password.",
          ],
        },
        {
          kind: "text",
          text: "Choose “Issue certificate” on the start screen, enter the customer number, the user ID and the initial password, and change the initial password. The certificate is then issued.",
        },
        { kind: "see", entries: ["issuance", "first-login"] },
      ],
    },
    "faq-2-3": {
      title: "Does a certificate expire?",
      words: "validity period how long years",
      blocks: [
        { kind: "text", text: rules.certificateLife },
        {
          kind: "text",
          text: `${rules.renewalFrom} the main menu shows “Renew certificate”; renew it before it expires. The icon in the notification area and notifications remind you as well.`,
        },
        {
          kind: "text",
          text: "E-mail goes to every user with a registered address. Ask a user administrator at your company to register yours.",
        },
        { kind: "text", text: "You cannot log in with an expired certificate. Have it reissued." },
        { kind: "see", entries: ["renewal", "tray", "reissue"] },
      ],
    },
    "faq-2-4": {
      title: "I have received an e-mail about the renewal of my certificate. What do I do?",
      words: "mail renew start of use",
      blocks: [
        {
          kind: "steps",
          steps: [
            "Log in with Warifu.",
            "In the main menu choose “Renew certificate” and press “Renew”.",
            "“The new certificate is in use.” tells you that all is done.",
          ],
        },
        {
          kind: "note",
          text: "The use of the new certificate is started for you; there is no need to log in again. If the renewal was interrupted, press “Finish the renewal” on the start screen.",
        },
        { kind: "see", entries: ["renewal", "finish-renewal"] },
      ],
    },
    "faq-2-5": {
      title: "How do I have my certificate reissued?",
      words: "expired lost broken",
      blocks: [
        {
          kind: "text",
          text: "If you are not the primary administrator: ask that person or a user administrator at your company. If you are the primary administrator: apply to {provider} in writing.",
        },
        {
          kind: "text",
          text: "After that, choose “Issue certificate” on the PC that you are going to use.",
        },
        { kind: "see", entries: ["reissue", "user-reissue"] },
      ],
    },
    "faq-2-6": {
      title:
        "If the primary administrator's certificate is reissued, do others need a reissue too?",
      words: "affected everybody",
      blocks: [
        { kind: "text", text: "No. The certificates of other users are not affected." },
        { kind: "see", entries: ["reissue"] },
      ],
    },
  }),
};
