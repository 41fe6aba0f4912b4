import type { ChapterText } from "../../help/model";

export const start: ChapterText<"start"> = {
  title: "Getting started and logging in",
  entries: (rules) => ({
    "first-login": {
      title: "Until your first login",
      words: "begin set up setup prepare connection profile warifu.json",
      blocks: [
        { kind: "text", text: "This is what you need:" },
        {
          kind: "list",
          items: [
            "Primary administrators: the notice about the use of the service, sent by post",
            "Other users: the customer number, user ID and initial password from a user administrator at your company",
            "The connection profile (a file whose name ends in “.warifu.json”)",
          ],
        },
        {
          kind: "steps",
          steps: [
            "Start Warifu and add the connection profile. You do this only once.",
            "On the start screen choose “Issue certificate” and enter the customer number, the user ID and the initial password.",
            "Replace the initial password with one of your own.",
            "The certificate is issued and stored on this PC.",
            "On the start screen choose “Log in”, choose your certificate and press “OK”.",
            "Enter your new password and press “Log in”. The main menu appears.",
          ],
        },
        { kind: "picture", name: "start" },
        { kind: "see", entries: ["issuance", "login", "faq-1-2"] },
      ],
    },
    "app-install": {
      title: "Get and install the app, add the connection profile",
      words: "download setup installer MSI administrator rights connection profile warifu.json",
      blocks: [
        {
          kind: "text",
          text: "The notice from {provider} says where the app comes from. Your IT department may install it for you: ask there first.",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "On Windows",
              text: "Open the file and follow the instructions. A file whose name ends in “-setup.exe” needs no administrator's rights. One that ends in “.msi” is for everybody who uses the PC and needs them.",
            },
            { term: "On Debian", text: "Your IT department installs the package." },
          ],
        },
        {
          kind: "steps",
          steps: [
            "Start Warifu. The first time, it asks for the connection profile.",
            "Drop the connection profile that you were given (a file whose name ends in “.warifu.json”) on the window, or press “Choose a file”.",
            "When the start screen appears, you are done.",
          ],
        },
        {
          kind: "text",
          text: "Opening the file of the profile itself adds it, too. If Windows opens it with another program, choose “Add to Warifu” in the menu of the file.",
        },
        {
          kind: "note",
          text: "If you have no connection profile, ask a user administrator at your company or {provider}. It holds no password and no other secret.",
        },
        { kind: "see", entries: ["first-login", "faq-1-2", "app-update"] },
      ],
    },
    issuance: {
      title: "Have a certificate issued",
      words: "obtain install identity enrolment resume interrupted",
      blocks: [
        {
          kind: "text",
          text: "A certificate is issued for each user ID on the very PC that you are going to use. Its key is made on this PC and never leaves it.",
        },
        {
          kind: "steps",
          steps: [
            "On the start screen choose “Issue certificate”.",
            "Enter the customer number, the user ID and the password, and press “Next”. The first time, the password is the initial one.",
            "If the password change screen appears, enter a new password and press “Change password”.",
            "The steps from making the key to storing the certificate follow by themselves. “Your certificate has been issued” tells you that all is done.",
          ],
        },
        { kind: "picture", name: "issuance" },
        { kind: "text", text: rules.changeTime },
        {
          kind: "note",
          text: "If the connection breaks on the way, nothing is lost. Go on with “Resume” on the start screen.",
        },
        { kind: "see", entries: ["login", "faq-4-3", "faq-4-4", "errors-issuance"] },
      ],
    },
    login: {
      title: "Log in",
      words:
        "sign in choose certificate details thumbprint fingerprint serial number enter password paste copy full-width caps lock",
      blocks: [
        {
          kind: "steps",
          steps: [
            "On the start screen choose “Log in”.",
            "Choose your certificate and press “OK”. The one that you used last is chosen already.",
            "Enter your password and press “Log in”. There is no need to enter the customer number or the user ID.",
          ],
        },
        { kind: "picture", name: "certificate-dialog" },
        {
          kind: "text",
          text: "The mark at the right end of a certificate shows its details: issuer, validity, where the key is, serial number, thumbprint. They can be copied. Where there are many, search by name, company or user ID.",
        },
        {
          kind: "text",
          text: "A certificate that has expired, was revoked or cannot be used for another reason cannot be chosen. It says why, and what to do.",
        },
        { kind: "picture", name: "password" },
        {
          kind: "list",
          items: [
            "“Show” lets you see what you type. You can also paste a copied password.",
            "Full-width characters and Caps Lock are pointed out before anything is sent.",
            "After a while without use you are logged out. Press “Stay logged in” before that to go on.",
          ],
        },
        { kind: "see", entries: ["password-lock", "faq-4-5", "faq-4-6", "errors-login"] },
      ],
    },
    "main-menu": {
      title: "The main menu",
      words: "services claims browser log out permissions expiry",
      blocks: [
        { kind: "text", text: "After the login you see the main menu." },
        { kind: "picture", name: "main-menu" },
        {
          kind: "terms",
          terms: [
            {
              term: "Your services",
              text: "Open in your browser, where you are logged in already if the entry says so. Which ones you see depends on your permissions.",
            },
            { term: "Renew certificate", text: `${rules.renewalFrom} it is shown here.` },
            {
              term: "Change password",
              text: "At any time. When the password expires soon, a message says so as well.",
            },
            { term: "Replace this PC", text: "Shows a transfer code for moving to a new PC." },
            { term: "Administration", text: "For user administrators: users and history." },
            {
              term: "Your account",
              text: "When your certificate and password expire, and when you logged in before. If you do not recognise that login, contact a user administrator at your company.",
            },
            { term: "Log out", text: "At the top of the window, when you are done." },
          ],
        },
        {
          kind: "see",
          entries: ["services-open", "renewal", "password-change", "transfer", "users"],
        },
      ],
    },
    "own-history": {
      title: "Look at your own logins and what was recorded",
      words:
        "my history login history when did I log in suspicious login unknown login failed previous login",
      blocks: [
        {
          kind: "text",
          text: "You can see the successful and failed logins of your user ID, and what was done with your certificate and password.",
        },
        {
          kind: "steps",
          steps: [
            "Log in and choose “Your history” in the main menu.",
            "The records are shown, the newest first, with the name of the PC and its address.",
            "“Show earlier records” shows more.",
          ],
        },
        {
          kind: "text",
          text: "If a login failed, the main menu says when, right after the next one.",
        },
        {
          kind: "note",
          text: "If you do not recognise something, change your password and tell the primary administrator or a user administrator at your company; the primary administrator tells {provider}.",
        },
        { kind: "see", entries: ["main-menu", "password-change", "lost-pc", "audit"] },
      ],
    },
  }),
};
