import { COMMON_FAILURES, type HelpTexts } from "./help";

export const help: HelpTexts = {
  title: "Help",
  lead: "How to use the service, and what to do when something does not work.",
  contents: "Contents",
  close: "Back to where you were",
  sections: [
    {
      id: "first-login",
      title: "Until your first login",
      entries: [
        {
          id: "prepare",
          title: "What you need",
          blocks: [
            {
              kind: "list",
              items: [
                "Primary administrators: the notice about the use of the service, sent by post",
                "Other users: the customer number, user ID and initial password from your administrator",
                "The connection profile (a file ending in “.warifu.json”)",
              ],
            },
          ],
        },
        {
          id: "steps",
          title: "Steps to your first login",
          blocks: [
            {
              kind: "steps",
              steps: [
                "Add the connection profile. You do this only once.",
                "On the start screen choose “Issue certificate” and enter your customer number, user ID and initial password.",
                "Replace the initial password with your own. The screen is valid for 3 minutes.",
                "The certificate is issued and stored on this PC.",
                "On the start screen choose “Log in”, choose your certificate and press “OK”.",
                "Enter your new password and press “Log in”.",
              ],
            },
          ],
        },
      ],
    },
    {
      id: "certificate",
      title: "About certificates",
      entries: [
        {
          id: "what",
          title: "What is a certificate?",
          blocks: [
            {
              kind: "text",
              text: "It proves who you are when you use the service. In addition to user ID and password it limits access to one PC: even if somebody learns your user ID and password, they cannot log in from another PC.",
            },
            {
              kind: "list",
              items: [
                "A certificate is issued to only one PC for each user ID.",
                "Its key is made on this PC and never leaves it.",
                "Several users can have their own certificates on one PC.",
                "It is valid for one year from its issue and can be renewed from 28 days before it expires.",
              ],
            },
          ],
        },
        {
          id: "replace",
          title: "Replacing your PC",
          blocks: [
            {
              kind: "text",
              text: "A certificate cannot be copied to another PC. The same holds after reinstalling the operating system. Ask a user administrator at your company for a reissue, then use “Issue certificate” on the new PC. The certificates of other users are not affected.",
            },
          ],
        },
      ],
    },
    {
      id: "password",
      title: "About passwords",
      entries: [
        {
          id: "rules",
          title: "Conditions and expiry",
          blocks: [
            {
              kind: "list",
              items: [
                "The password change screen shows which lengths and characters are possible.",
                "Upper and lower case differ.",
                "A password is valid for 90 days. The main menu tells you from 10 days before.",
                "After that, the change screen appears when you log in.",
              ],
            },
          ],
        },
        {
          id: "lock",
          title: "If you enter a wrong password",
          blocks: [
            {
              kind: "text",
              text: "After five wrong passwords at login your user ID is locked. The count remains until a correct password is entered and does not clear overnight. Ask a user administrator at your company to unlock it.",
            },
            {
              kind: "text",
              text: "Failures on the password change screen never lock your user ID.",
            },
          ],
        },
      ],
    },
    {
      id: "errors",
      title: "When an error appears",
      entries: [
        {
          id: "common",
          title: "Common errors and what to do",
          blocks: [{ kind: "failures", codes: COMMON_FAILURES }],
        },
      ],
    },
  ],
};
