import type { ChapterText } from "../../help/model";

export const faqUse: ChapterText<"faq-use"> = {
  title: "Using the service",
  entries: () => ({
    "faq-1-1": {
      title: "I have received a notice. How do I log in to the service?",
      words: "mail first begin start",
      blocks: [
        {
          kind: "steps",
          steps: [
            "Have the notice about the use of the service, sent by post, and the connection profile at hand.",
            "Install Warifu on your PC and add the connection profile. The browser needs no preparation.",
            "With “Issue certificate” on the start screen, change the initial password that is printed in the notice, and obtain your certificate.",
            "With “Log in” on the start screen, choose your certificate and enter your new password.",
          ],
        },
        { kind: "see", entries: ["first-login", "issuance", "login"] },
      ],
    },
    "faq-1-2": {
      title: "Which PCs can I use?",
      words:
        "OS browser Windows Mac macOS Linux Internet Explorer Edge Chrome Firefox phone tablet requirements",
      blocks: [
        {
          kind: "text",
          text: "The app “Warifu” runs on PCs with Windows 10 or 11 (64-bit), or Debian 12 or later (64-bit). It does not run on phones or tablets.",
        },
        {
          kind: "list",
          items: [
            "Logging in and all that concerns certificates happens inside Warifu. The kind of browser and its settings do not matter.",
            "The services of the main menu open in the browser that you usually use.",
            "If your company uses a proxy or inspects encrypted connections, try the connection diagnosis.",
          ],
        },
        { kind: "see", entries: ["first-login", "diagnosis"] },
      ],
    },
    "faq-1-3": {
      title: "What distinguishes the primary administrator from other users?",
      words: "permissions user administrator role",
      blocks: [
        {
          kind: "text",
          text: "The primary administrator is the person named in your application. There is one for each customer, who holds every permission.",
        },
        {
          kind: "text",
          text: "Other users are created by the primary administrator or a user administrator. They may be granted everything that the primary administrator has.",
        },
        {
          kind: "text",
          text: "Only the provider can unlock the primary administrator or reissue that certificate. Apply to {provider} in writing.",
        },
        { kind: "see", entries: ["permissions", "user-new", "reissue"] },
      ],
    },
    "faq-1-4": {
      title: "I work from home on another PC. Do I need another certificate?",
      words: "telework remote second PC two",
      blocks: [
        {
          kind: "text",
          text: "Yes. One user ID cannot be used on two or more PCs. If one person uses several PCs, create another user ID and obtain a certificate for it on that PC.",
        },
        { kind: "see", entries: ["user-new", "transfer", "faq-2-1"] },
      ],
    },
    "faq-1-5": {
      title: "Can several users or offices use the service?",
      words: "branch shared same PC number limit",
      blocks: [
        {
          kind: "text",
          text: "Yes. A user administrator creates the user IDs, and each user obtains a certificate on the own PC. There is no limit to the number of user IDs.",
        },
        {
          kind: "steps",
          steps: [
            "The user administrator logs in, chooses “Administration” in the main menu, then “Create a user”.",
            "The user administrator decides on the user ID, the initial password and the permissions. The user ID can be used at once.",
            "The user obtains the certificate with the customer number, the user ID and the initial password.",
          ],
        },
        {
          kind: "text",
          text: "Several users can also share a PC. Each obtains an own certificate, and chooses it when logging in.",
        },
        { kind: "see", entries: ["user-new", "users-csv", "issuance"] },
      ],
    },
    "faq-1-6": {
      title: "Where do I find the latest manual?",
      words: "download PDF help print",
      blocks: [
        {
          kind: "text",
          text: "“Help” at the top of the window opens it at any time, even before login. If you need it on paper, use “Print the manual”.",
        },
        { kind: "see", entries: ["manual"] },
      ],
    },
  }),
};
