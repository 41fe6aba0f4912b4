import type { ChapterText } from "../../help/model";

export const password: ChapterText<"password"> = {
  title: "Passwords and e-mail address",
  entries: (rules) => ({
    "password-change": {
      title: "Change your password",
      words: "password expiry conditions rules symbols length expired",
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
        { kind: "see", entries: ["password-forgotten", "faq-3-3", "errors-password"] },
      ],
    },
    "password-forgotten": {
      title: "If you have forgotten your password",
      words: "forgot my password forgot forgotten reset initial password lost unknown remember",
      blocks: [
        {
          kind: "text",
          text: "Nobody can look up your password. Ask for a new initial password; your certificate stays as it is.",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "Users",
              text: "Ask the primary administrator or a user administrator at your company to reset your initial password. If you are locked out, that unlocks you too.",
            },
            {
              term: "The primary administrator",
              text: "Apply to {provider} in writing for a new initial password. You are sent a new notice about the use of the service.",
            },
          ],
        },
        {
          kind: "steps",
          steps: [
            "When you have the initial password, press “Log in” on the start screen and choose your certificate.",
            "Enter the initial password. The password change screen appears.",
            "If it asks for the current password, enter the initial one, not your earlier password.",
            "Enter a password of your own and press “Change password”.",
          ],
        },
        {
          kind: "note",
          text: `Rather ask than guess: ${rules.tries} lock your user ID.`,
        },
        { kind: "see", entries: ["user-password", "password-lock", "faq-4-5"] },
      ],
    },
    "password-lock": {
      title: "Wrong passwords, locking and unlocking",
      words: "locked locked out unlock in writing paper",
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
    "own-address": {
      title: "Change your own e-mail address",
      words: "change my e-mail address mail address change email no e-mail registered address",
      blocks: [
        {
          kind: "text",
          text: "You can change the address to which warnings before an expiry are sent.",
        },
        {
          kind: "steps",
          steps: [
            "Log in and choose “Change your e-mail address” in the main menu.",
            "Enter the new address and the password that you log in with.",
            "Press “Change”.",
          ],
        },
        {
          kind: "list",
          items: [
            "If you cannot log in, ask the primary administrator or a user administrator at your company. {provider} changes that of the primary administrator.",
            "The history shows that it was changed.",
          ],
        },
        {
          kind: "note",
          text: "A wrong password counts here as it does at login.",
        },
        { kind: "see", entries: ["no-notification", "password-lock", "own-history"] },
      ],
    },
  }),
};
