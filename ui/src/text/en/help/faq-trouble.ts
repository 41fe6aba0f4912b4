import type { ChapterText } from "../../help/model";

export const faqTrouble: ChapterText<"faq-trouble"> = {
  title: "Trouble",
  entries: (rules) => ({
    "faq-4-1": {
      title: "I have replaced my PC, and now I cannot use the service.",
      words: "transfer new PC operating system replacement",
      blocks: [
        {
          kind: "text",
          text: "You need a certificate on the new PC. The same holds after the operating system was installed anew.",
        },
        {
          kind: "list",
          items: [
            "If you can log in on the old PC: show a transfer code there with “Replace this PC”, and enter it under “Issue certificate” on the new PC. No reissue is needed.",
            "If the old PC cannot be used: have the certificate reissued, then use “Issue certificate” on the new PC.",
          ],
        },
        { kind: "see", entries: ["transfer", "reissue"] },
      ],
    },
    "faq-4-2": {
      title:
        "Before I can issue a certificate or log in, an error says that the service cannot be reached.",
      words: "browser Internet Explorer Edge Chrome mail link URL keyword",
      blocks: [
        {
          kind: "list",
          items: [
            "Certificates and the login are not handled in a browser but in Warifu. When an e-mail reaches you, start Warifu.",
            "If there are several connection profiles, choose the right one under “Service” on the start screen.",
            "Run the “Connection diagnosis” and see what to do about each problem.",
            "If your connection profile is out of date, get the latest one from {provider} and use “Add a connection profile”.",
          ],
        },
        { kind: "see", entries: ["diagnosis", "errors-connection"] },
      ],
    },
    "faq-4-3": {
      title: "“Your certificate is being issued. Please wait.” does not go away.",
      words: "stuck hangs stop endless",
      blocks: [
        {
          kind: "text",
          text: "In Warifu each step has a time limit. If it does not get on, you see why and what to do. “Stop” ends it at any time; what has been done is not lost.",
        },
        {
          kind: "list",
          items: [
            "If an error is shown, do what it says. Where it has to do with the connection, the “Connection diagnosis” helps too.",
            "If it ended on the way, go on with “Resume” on the start screen.",
            "When you move to another PC, you need a transfer code or a reissue.",
          ],
        },
        { kind: "see", entries: ["issuance", "faq-4-1", "diagnosis"] },
      ],
    },
    "faq-4-4": {
      title: "An error says that my certificate has already been issued.",
      words: "renewal already-issued first authentication",
      blocks: [
        {
          kind: "text",
          text: "There is a certificate for this user ID already. It depends on what you would like to do:",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "Renew the certificate",
              text: "Do not use “Issue certificate” but “Log in”, then choose “Renew certificate” in the main menu.",
            },
            {
              term: "Replace the PC",
              text: "Show a transfer code on the old PC and enter it under “Issue certificate” on the new one.",
            },
            {
              term: "Replace one that cannot be used",
              text: "If you are not the primary administrator: ask that person or a user administrator at your company for a reissue. If you are the primary administrator: apply to {provider} in writing.",
            },
          ],
        },
        { kind: "see", entries: ["renewal", "transfer", "reissue"] },
      ],
    },
    "faq-4-5": {
      title: "After I have entered my password, an error says that I could not be authenticated.",
      words: "cannot log in wrong password initial password symbols notepad copy",
      blocks: [
        { kind: "text", text: "What to do depends on the message:" },
        {
          kind: "terms",
          terms: [
            {
              term: "If the customer number, the user ID or the password is wrong",
              text: "Mind full-width and half-width, capital and small letters, and try again. Use “Show” to see what you type, or paste text that you have checked elsewhere.",
            },
            {
              term: "If you are told that your user ID is locked",
              text: `After ${rules.tries} your user ID is locked. It does not unlock overnight. If you are not the primary administrator: ask that person or a user administrator at your company to unlock it. If you are the primary administrator: apply to {provider} in writing.`,
            },
          ],
        },
        { kind: "see", entries: ["login", "password-lock", "errors-login"] },
      ],
    },
    "faq-4-6": {
      title: "I choose “Log in” but do not get to the login.",
      words: "cannot connect securely to this page expired no certificate cannot choose",
      blocks: [
        {
          kind: "text",
          text: "Look at your certificate under “Certificates on this PC” on the start screen.",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "If there is none",
              text: "Obtain one with “Issue certificate”. If there was one before, it has to be reissued.",
            },
            {
              term: "“Expired” or “Revoked”",
              text: "If you are not the primary administrator: ask that person or a user administrator at your company for a reissue. If you are the primary administrator: apply to {provider} in writing. Then use “Issue certificate”.",
            },
            { term: "“Replaced”", text: "Choose the newer certificate." },
            {
              term: "“Valid”",
              text: "Run the “Connection diagnosis” and see what to do about each problem. If that does not help, contact {provider}.",
            },
          ],
        },
        { kind: "see", entries: ["reissue", "issuance", "diagnosis", "errors-certificate"] },
      ],
    },
  }),
};
