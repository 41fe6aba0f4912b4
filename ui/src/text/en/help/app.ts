import type { ChapterText } from "../../help/model";

export const app: ChapterText<"app"> = {
  title: "Settings, contact, update and removal",
  entries: () => ({
    settings: {
      title: "Settings: appearance, start, connection",
      words:
        "settings language Japanese text size larger bigger zoom colours dark start at login autostart proxy internet",
      blocks: [
        {
          kind: "text",
          text: "“Settings” at the top of the window opens them at any time. What you change is saved at once.",
        },
        { kind: "picture", name: "settings" },
        {
          kind: "terms",
          terms: [
            {
              term: "Display language",
              text: "Japanese or English. It applies to notifications too.",
            },
            { term: "Colours", text: "“Light”, “Dark” or “Same as this PC”." },
            { term: "Text size", text: "Up to twice its size." },
            {
              term: "Start automatically",
              text: "When it is on, Warifu starts in the notification area when you sign in to the PC, and warns you of expiry. We recommend to keep it on.",
            },
            {
              term: "Proxy",
              text: "Where the company network needs one, choose “Use this one”, enter the address and press “Save the address”. Usually leave it as “Same as this PC”.",
            },
            {
              term: "Connection profiles",
              text: "The services that are registered on this PC. To add or remove one, log out first. Once it is removed, its service cannot be used from this PC. One with certificates cannot be removed.",
            },
            {
              term: "About this app",
              text: "Shows the version that you use; “Check for updates” looks for a newer one. Information for support, the folder of the log and the licences are here too.",
            },
          ],
        },
        {
          kind: "note",
          text: "What says “Set by your IT department.” cannot be changed. Ask there if it has to be.",
        },
        { kind: "see", entries: ["keyboard", "tray", "diagnosis", "app-update"] },
      ],
    },
    keyboard: {
      title: "Use the keyboard",
      words: "shortcut shortcuts keys Tab F1 without mouse screen reader",
      blocks: [
        {
          kind: "text",
          text: "Everything can be done with the keyboard alone. These keys work on every screen:",
        },
        {
          kind: "terms",
          terms: [
            { term: "F1", text: "Opens the help, at the page about the screen that you see." },
            { term: "Ctrl+, (comma)", text: "Opens the settings." },
            {
              term: "Ctrl+P",
              text: "Prints, where there is something to print. In the help it prints the manual.",
            },
            { term: "Ctrl+L", text: "Logs you out. It asks first." },
            { term: "Ctrl+F", text: "In the help, goes to the search." },
            { term: "Esc", text: "Closes what is open." },
            {
              term: "Tab, Shift+Tab",
              text: "Go to what comes next or before. The space bar chooses, the Enter key confirms.",
            },
          ],
        },
        {
          kind: "text",
          text: "Screen readers are supported: time that is left and results are announced.",
        },
        { kind: "see", entries: ["settings", "manual"] },
      ],
    },
    "provider-face": {
      title: "The name, logo, colour and contact that you see",
      words: "logo bank name changed colour brand fake phishing impostor",
      blocks: [
        {
          kind: "text",
          text: "The name and logo at the top, the colour, and the contact at the bottom of the window are those of {provider}. Warifu receives them when it connects to the service, and keeps them on this PC.",
        },
        {
          kind: "list",
          items: [
            "If {provider} changes its name, logo or contact, they change by themselves after a connection. The connection profile stays as it is.",
            "With several services, those of the chosen one are shown.",
          ],
        },
        {
          kind: "note",
          text: "A name and a logo prove nothing. Each time that it connects, Warifu checks with the connection profile that it is the right service.",
        },
        { kind: "see", entries: ["contact", "settings"] },
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
            "Press “Connection diagnosis” at the lower right of the window, on any screen, before or after login.",
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
      words: "support bundle log record zip send",
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
    contact: {
      title: "Whom to contact",
      words:
        "phone number telephone contact support help desk hours opening e-mail mail number of your enquiry",
      blocks: [
        {
          kind: "text",
          text: "For questions about the service and about Warifu:",
        },
        { kind: "contact" },
        {
          kind: "terms",
          terms: [
            {
              term: "Passwords, locking, permissions, reissue",
              text: "Users ask the primary administrator or a user administrator at their company, which is quicker than any application. The primary administrator applies to {provider} in writing.",
            },
            {
              term: "Connection, proxy, installation",
              text: "Ask your IT department.",
            },
          ],
        },
        { kind: "text", text: "Please have this at hand:" },
        {
          kind: "list",
          items: [
            "The customer number and the user ID",
            "The text of the error and its code; the reference number if one is shown",
            "The results of the “Connection diagnosis”; “Save information for support” puts them into one file",
          ],
        },
        {
          kind: "note",
          text: "Never tell anybody a password, an initial password or a transfer code, not even the help desk.",
        },
        { kind: "see", entries: ["support-bundle", "diagnosis", "lost-pc"] },
      ],
    },
    "app-update": {
      title: "Update Warifu",
      words:
        "update the app upgrade newer version latest version outdated old version unsupported install over",
      blocks: [
        {
          kind: "text",
          text: "Warifu does not update itself. When there is a new version, the start screen says so. “Settings” shows which version you use.",
        },
        {
          kind: "steps",
          steps: [
            "If your IT department looks after Warifu, ask there for the update. Otherwise press “Open the download page” on the start screen and get the new version.",
            "Choose “Quit” in the menu of the icon in the notification area.",
            "Open the file and follow the instructions.",
            "Start Warifu. Certificates, connection profiles and settings are as they were.",
          ],
        },
        {
          kind: "note",
          text: "Where it says “Warifu needs to be updated”, you can neither log in nor have a certificate issued until that is done. Your password and your certificate are all right.",
        },
        {
          kind: "text",
          text: "After that, an older version cannot be installed again.",
        },
        { kind: "see", entries: ["app-install", "errors-app"] },
      ],
    },
    "app-removal": {
      title: "Uninstall Warifu",
      words: "uninstall remove the app delete return the PC dispose lease give away",
      blocks: [
        {
          kind: "note",
          text: "If you move to another PC, first do so with “Replace this PC” in the main menu. Once the certificate is deleted, it has to be reissued.",
        },
        {
          kind: "steps",
          steps: [
            "Choose “Quit” in the menu of the icon in the notification area.",
            "On Windows open “Settings”, “Apps”, choose “Warifu” and “Uninstall”. If that needs administrator's rights, ask your IT department.",
            "Follow the instructions.",
          ],
        },
        {
          kind: "terms",
          terms: [
            {
              term: "If only the app is removed",
              text: "Certificates, keys and settings stay on the PC. Install Warifu again and go on as before.",
            },
            {
              term: "If the PC is returned or disposed of",
              text: "In the uninstaller also choose to delete certificates, keys and settings. That cannot be undone.",
            },
          ],
        },
        { kind: "see", entries: ["transfer", "reissue"] },
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
            "Type words or an error code into the search field to see the pages about it. Upper and lower case are the same, and so are forget and forgot.",
            "The contents are at the left. In a narrow window “To the contents” shows them.",
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
