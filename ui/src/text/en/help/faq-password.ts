import type { ChapterText } from "../../help/model";

export const faqPassword: ChapterText<"faq-password"> = {
  title: "Passwords: questions",
  entries: (rules) => ({
    "faq-3-1": {
      title: "How long is a password valid?",
      words: "expiry period change",
      blocks: [
        { kind: "text", text: `${rules.passwordLife} Change it regularly.` },
        {
          kind: "text",
          text: `${rules.passwordNotice} a message in the main menu says so. Press “Change password”.`,
        },
        {
          kind: "text",
          text: "Once it has expired, the change screen appears when you log in. After the change the login is complete.",
        },
        { kind: "see", entries: ["password-change"] },
      ],
    },
    "faq-3-2": {
      title: "How many wrong passwords lock my user ID?",
      words: "lock count next day",
      blocks: [
        {
          kind: "text",
          text: `After ${rules.tries} your user ID is locked. Wrong ones are counted until the correct password is entered; the count does not clear overnight.`,
        },
        { kind: "text", text: rules.lockExample },
        { kind: "see", entries: ["password-lock", "user-unlock"] },
      ],
    },
    "faq-3-3": {
      title: "I cannot complete the change of my password. Why?",
      words: "timeout time over conditions current password",
      blocks: [
        { kind: "text", text: "It may have one of these reasons:" },
        {
          kind: "terms",
          terms: [
            {
              term: "The current password is wrong",
              text: "If you were unlocked or had your certificate reissued in writing, your password was set anew. Enter the one on the new notice about the use of the service, not the one from before the lock.",
            },
            {
              term: "The new password does not meet the conditions",
              text: `${rules.passwordLength}: half-width letters, digits and symbols, with at least one letter and one digit. Capital and small letters differ. ${rules.passwordHistory} Enter the same password twice.`,
            },
            {
              term: "The time is over",
              text: `${rules.changeOver}, the password can no longer be changed. Start again.`,
            },
          ],
        },
        {
          kind: "note",
          text: "Failures on the password change screen never lock your user ID. After several of them you may have to wait for a moment.",
        },
        { kind: "see", entries: ["password-change", "errors-password"] },
      ],
    },
  }),
};
