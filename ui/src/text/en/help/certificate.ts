import type { ChapterText } from "../../help/model";

export const certificate: ChapterText<"certificate"> = {
  title: "Renewing, moving and reissuing certificates",
  entries: (rules) => ({
    renewal: {
      title: "Renew your certificate",
      words: "expiry extend start of use renewal",
      blocks: [
        { kind: "text", text: rules.certificateLife },
        {
          kind: "text",
          text: `${rules.renewalFrom} the main menu shows “Renew certificate”. Renew it before it expires.`,
        },
        {
          kind: "steps",
          steps: [
            "In the main menu choose “Renew certificate”.",
            "Press “Renew”.",
            "“Obtain the new certificate”, “Store it on this PC” and “Start using the new certificate” follow by themselves. Do not switch off the PC until all are done.",
            "“The new certificate is in use.” tells you that all is done.",
          ],
        },
        { kind: "picture", name: "renewal" },
        {
          kind: "note",
          text: "Warifu starts the use of the new certificate itself. There is no need to log in again with it.",
        },
        { kind: "text", text: "An expired certificate cannot be renewed. It has to be reissued." },
        { kind: "see", entries: ["finish-renewal", "reissue", "tray"] },
      ],
    },
    "finish-renewal": {
      title: "If a renewal was interrupted",
      words: "finish power cut connection lost resume start of use forgotten",
      blocks: [
        {
          kind: "text",
          text: "If the power or the connection fails on the way, your present certificate still works until it expires. Go on as follows.",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "If “Finish the renewal” is shown",
              text: "The new certificate is already stored on this PC. Press “Finish the renewal” on the start screen; its use is started, and the renewal is complete. No password is needed.",
            },
            {
              term: "If it says that the renewal was interrupted",
              text: "Log in with your present certificate and choose “Renew certificate”. It goes on where it stopped.",
            },
          ],
        },
        { kind: "note", text: "Finish it before your present certificate expires." },
        { kind: "see", entries: ["renewal", "errors-certificate"] },
      ],
    },
    tray: {
      title: "The icon in the notification area, and warnings before expiry",
      words: "tray system tray taskbar notification e-mail mail quit close background",
      blocks: [
        {
          kind: "text",
          text: "When you close its window, Warifu goes on in the notification area (the corner of the screen with the small icons) and warns you before certificates and passwords expire. The icon shows the most urgent state of those on this PC.",
        },
        {
          kind: "icons",
          terms: [
            { icon: "fine", term: "An icon without a mark", text: "There is nothing to do." },
            {
              icon: "soon",
              term: "“Please renew your certificate”, “Please change your password”",
              text: `It is time to renew or to change. ${rules.renewalFrom} it is shown for certificates, and also when a renewal is not finished; for passwords it is shown as the main menu does.`,
            },
            {
              icon: "urgent",
              term: "“Your certificate expires very soon”",
              text: `${rules.urgent} Renew it now.`,
            },
            {
              icon: "expired",
              term: "“A certificate can no longer be used”",
              text: "A certificate has expired or was revoked.",
            },
          ],
        },
        {
          kind: "list",
          items: [
            "Choosing the icon opens Warifu.",
            "Its menu lists each certificate and password with the days left. Choose one to go to the right screen.",
            "The menu also opens “Renew certificate”, “Notices”, “Connection diagnosis”, “Help” and “Settings”.",
            `A notification appears ${rules.warnings}, once each. Instead of a Saturday, a Sunday, a Japanese holiday or a day between the years, it appears on the business day before.`,
            `Users whose e-mail address is registered also get an e-mail ${rules.mails}.`,
            "To end Warifu choose “Quit” in the icon's menu. Without Warifu there are no notifications.",
          ],
        },
        { kind: "see", entries: ["notices", "no-notification", "renewal", "settings"] },
      ],
    },
    notices: {
      title: "Look at earlier notices",
      words: "notices list of notifications missed notification history unread overlooked",
      blocks: [
        {
          kind: "text",
          text: "What a notification said stays under “Notices”, also if you have missed it.",
        },
        {
          kind: "steps",
          steps: [
            "Choose “Notices” in the menu of the icon in the notification area.",
            "“What expires next” lists the certificates and passwords of this PC, the next one first.",
            "“Earlier notices” lists what you were told, and when, the newest first. What you have not read is marked “New”.",
          ],
        },
        {
          kind: "text",
          text: "When a password expires is known once you have logged in on this PC.",
        },
        { kind: "see", entries: ["calendar", "tray", "no-notification"] },
      ],
    },
    calendar: {
      title: "Put an expiry into your calendar",
      words: "calendar reminder appointment schedule Outlook ics business day holiday",
      blocks: [
        {
          kind: "text",
          text: "The expiry of a certificate or a password can be saved as a calendar file (.ics), with the last business day before it.",
        },
        {
          kind: "steps",
          steps: [
            "Open “Notices”.",
            "Under “What expires next” press “Save to calendar”, and choose where to save it.",
            "Open the file with Outlook, for example, and add it to your calendar.",
          ],
        },
        {
          kind: "note",
          text: "After a renewal or a change the expiry is another one. Your calendar does not know: save it again.",
        },
        { kind: "see", entries: ["notices", "renewal", "password-change"] },
      ],
    },
    "no-notification": {
      title: "When no notification appears",
      words:
        "no notifications missing notification no reminder no e-mail do not disturb focus spam junk",
      blocks: [
        {
          kind: "text",
          text: "Even without notifications, the start screen and the main menu always show when your certificate and your password expire.",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "There is no icon of Warifu in the notification area",
              text: "Warifu is not running. Start it. With automatic start under “Settings” it starts by itself from the next time that you sign in. On Windows the icon may be hidden: press the arrow at the right end of the taskbar.",
            },
            {
              term: "There is an icon, but no notification",
              text: "On Windows look in “Settings”, “System”, “Notifications”: notifications must be on, for Warifu and for the PC. While “Do not disturb” or “Focus” is on, they are in the notification centre only.",
            },
            {
              term: "It is not yet time",
              text: `A notification appears ${rules.warnings}, once each.`,
            },
            {
              term: "No e-mail comes",
              text: "Ask a user administrator at your company whether your address is registered. If it is, look among the junk mail. The primary administrator asks {provider} about the address.",
            },
          ],
        },
        { kind: "see", entries: ["notices", "tray", "settings"] },
      ],
    },
    transfer: {
      title: "Move to a new PC",
      words: "transfer code replace PC replacement new computer old computer migration",
      blocks: [
        {
          kind: "text",
          text: "While you can still log in on the old PC, no reissue is needed. Have both the old and the new PC at hand.",
        },
        {
          kind: "steps",
          steps: [
            "Log in on the old PC and choose “Replace this PC” in the main menu.",
            "Press “Show the transfer code”.",
            "Install Warifu on the new PC, add the connection profile and choose “Issue certificate”.",
            "Enter the customer number, the user ID and your current password. Choose “Use a transfer code (replacement of a PC)”, enter the code and press “Next”.",
            "Once the certificate is issued, log in on the new PC.",
          ],
        },
        { kind: "picture", name: "transfer" },
        { kind: "text", text: rules.transferTime },
        {
          kind: "note",
          text: "The old PC keeps working until you first log in on the new one. With that login the certificate on the old PC ends.",
        },
        {
          kind: "list",
          items: [
            "A transfer code can be used once. Do not let others see it.",
            "If its time is over, press “Show a new code”. The earlier code can no longer be used.",
            "A certificate or its key cannot be copied to another PC.",
          ],
        },
        {
          kind: "text",
          text: "If the old PC is broken, or its operating system was installed anew, the certificate has to be reissued.",
        },
        { kind: "see", entries: ["reissue", "faq-4-1"] },
      ],
    },
    reissue: {
      title: "Ask for a reissue of your certificate",
      words: "reissue expired revoked broken paper in writing reinstall",
      blocks: [
        {
          kind: "text",
          text: "If the certificate cannot be used, because it has expired, the PC broke or its operating system was installed anew, have it reissued, then obtain a new one with “Issue certificate”.",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "Users",
              text: "Ask a user administrator or the primary administrator at your company. You can obtain the new certificate at once. Your password stays as it is unless you ask for a new one.",
            },
            {
              term: "If you are the primary administrator, or there is no such person at your company",
              text: "Apply to {provider} in writing. You are sent a new notice about the use of the service with a new initial password.",
            },
          ],
        },
        {
          kind: "note",
          text: "An application in writing also sets a new initial password. Enter the one on the new notice, not your earlier password.",
        },
        {
          kind: "text",
          text: "A reissue revokes the present certificate at once. The certificates of other users are not affected.",
        },
        { kind: "see", entries: ["issuance", "user-reissue", "transfer", "lost-pc"] },
      ],
    },
    "lost-pc": {
      title: "When a PC is lost or stolen",
      words: "lost laptop stolen laptop theft missing misuse leak urgent",
      blocks: [
        {
          kind: "text",
          text: "Unless somebody knows your password, nobody can log in from that PC. Even so, do this as soon as you can:",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "Users",
              text: "Ask the primary administrator or a user administrator at your company for a reissue of your certificate. It revokes the certificate on the lost PC at once, and ends its login. If you can reach nobody, contact {provider}.",
            },
            {
              term: "The primary administrator",
              text: "Telephone {provider}, who tells you how to have the certificate revoked.",
            },
            {
              term: "What a user administrator does",
              text: "Open that user's page under “Administration” and press “Reissue the certificate”. If there is no other PC yet, “Suspend” keeps the user from logging in at once.",
            },
            {
              term: "Your IT department",
              text: "Report the loss of the PC itself as your company's rules say.",
            },
          ],
        },
        {
          kind: "note",
          text: "If a paper with the password was lost too, also ask for a new initial password.",
        },
        {
          kind: "text",
          text: "If the PC is found, its revoked certificate still cannot be used. Obtain a new one with “Issue certificate”.",
        },
        { kind: "contact" },
        { kind: "see", entries: ["reissue", "user-reissue", "user-suspend", "audit"] },
      ],
    },
  }),
};
