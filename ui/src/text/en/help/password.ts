import type { ChapterText } from "../../help/model";

export const password: ChapterText<"password"> = {
  title: "Passwords",
  entries: (rules) => ({
    "password-change": {
      title: "Change your password",
      words: "expiry conditions rules symbols length expired forgotten forgot",
      blocks: [
        {
          kind: "text",
          text: `${rules.passwordLife} ${rules.passwordNotice} the main menu tells you so.`,
        },
        {
          kind: "steps",
          steps: [
            "In the main menu choose “Change password”.",
            "Enter your current password.",
            "Enter the new password twice. While you type, you see which conditions are met.",
            "Press “Change password”.",
          ],
        },
        { kind: "text", text: "These are the conditions:" },
        {
          kind: "list",
          items: [
            `${rules.passwordLength}: half-width letters, digits and symbols`,
            "The symbols are ! \" # $ % & ' ( ) * + , - . / : ; ? @ [ \\ ] ^ _ ` { | } ~",
            "At least one letter and one digit.",
            "Capital and small letters differ.",
            rules.passwordHistory,
          ],
        },
        { kind: "text", text: rules.changeTime },
        {
          kind: "text",
          text: "Once the password has expired, the change screen appears when you log in. After the change the login is complete.",
        },
        {
          kind: "text",
          text: "If you have forgotten your password, a new initial password has to be set. If you are not the primary administrator: ask that person or a user administrator at your company. If you are the primary administrator: apply to {provider} in writing.",
        },
        { kind: "see", entries: ["faq-3-3", "password-lock", "errors-password"] },
      ],
    },
    "password-lock": {
      title: "Wrong passwords, locking and unlocking",
      words: "locked unlock forgotten in writing paper",
      blocks: [
        {
          kind: "text",
          text: `After ${rules.tries} at login your user ID is locked, and you cannot log in. The login screen shows how many tries are left.`,
        },
        {
          kind: "text",
          text: "Wrong ones are counted until the correct password is entered. The count does not clear overnight.",
        },
        { kind: "text", text: rules.lockExample },
        {
          kind: "terms",
          terms: [
            {
              term: "To unlock a user",
              text: "Ask a user administrator at your company. If you have forgotten the password too, ask for a new initial password as well.",
            },
            {
              term: "To unlock the primary administrator",
              text: "Apply to {provider} in writing. You are sent a new notice about the use of the service with a new initial password. The earlier password can no longer be used.",
            },
          ],
        },
        { kind: "note", text: "Failures on the password change screen never lock your user ID." },
        { kind: "see", entries: ["user-unlock", "faq-4-5"] },
      ],
    },
  }),
};
