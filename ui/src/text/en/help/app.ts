import type { ChapterText } from "../../help/model";

export const app: ChapterText<"app"> = {
  title: "Settings, diagnosis and this manual",
  entries: () => ({
    settings: {
      title: "Display, automatic start and proxy",
      words:
        "language Japanese text size larger zoom colours dark start at login autostart proxy internet",
      blocks: [
        {
          kind: "terms",
          terms: [
            {
              term: "Language",
              text: "The button at the top of the window switches to Japanese, and back to English.",
            },
            {
              term: "Colours",
              text: "“Settings” at the top of the window offers light and dark colours.",
            },
            { term: "Text size", text: "“Settings” also offers text up to twice its size." },
            {
              term: "Start automatically",
              text: "With this choice under “Settings”, Warifu starts in the notification area when you sign in to the PC, and warns you of expiry. We recommend to keep it.",
            },
            {
              term: "Proxy",
              text: "Where the company network needs one, name it in “Settings” under “Connection to the internet (proxy)”. Usually leave it as this PC is set.",
            },
          ],
        },
        { kind: "see", entries: ["tray"] },
      ],
    },
    diagnosis: {
      title: "When you cannot connect: the connection diagnosis",
      words: "no connection error proxy network clock firewall check certificate",
      blocks: [
        {
          kind: "text",
          text: "Checks the way to the service, the settings of this PC and the certificates, one after another, and tells you what to do about each problem. It changes nothing.",
        },
        {
          kind: "steps",
          steps: [
            "On the start screen choose “Connection diagnosis”. Where an error has to do with the connection, press “Run the connection diagnosis”.",
            "Wait until it is done. “Stop” ends it earlier.",
            "Look at what is marked “Problem” or “Please look”. It also says who has to act.",
          ],
        },
        { kind: "picture", name: "diagnosis" },
        {
          kind: "list",
          items: [
            "Network: the name of the service, proxy, reaching the service, version and inspection of encrypted connections, the certificate and the answer of the service",
            "This PC: clock, keystore of the operating system, folder of the app, free disk space, database",
            "Certificates: key (with a live signature), validity, acceptance, unfinished procedures",
          ],
        },
        { kind: "see", entries: ["support-bundle", "errors-connection", "faq-4-6"] },
      ],
    },
    "support-bundle": {
      title: "Save information for support",
      words: "support bundle log record zip send contact",
      blocks: [
        {
          kind: "text",
          text: "When you contact {provider} or your IT department, one file with the results of the diagnosis and the app's log helps them to help you.",
        },
        {
          kind: "steps",
          steps: [
            "Run the “Connection diagnosis”.",
            "When it is done, press “Save information for support” and choose where to save it.",
            "Send the saved file (zip) to those you have contacted.",
          ],
        },
        { kind: "note", text: "It holds no password, no key and no transfer code." },
        {
          kind: "text",
          text: "If an error is shown, press “Copy the error details” and paste them into your message.",
        },
        { kind: "see", entries: ["diagnosis"] },
      ],
    },
    manual: {
      title: "Using and printing this manual",
      words: "help search print PDF download latest",
      blocks: [
        {
          kind: "list",
          items: [
            "“Help” at the top of the window opens this manual, before and after login. What you have entered stays where it is.",
            "Type words or an error code into the search field to see the pages about it. Upper and lower case are the same.",
            "“Print the manual” prints all pages.",
            "“Back to where you were” or the Esc key takes you back.",
          ],
        },
        {
          kind: "text",
          text: "The manual is part of Warifu. It fits the version that you use and the present rules of the service; there is nothing to download.",
        },
      ],
    },
  }),
};
