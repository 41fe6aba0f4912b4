import type { ChapterText } from "../../help/model";

export const administration: ChapterText<"administration"> = {
  title: "Users and history, for user administrators",
  entries: (rules) => ({
    users: {
      title: "Find, filter and sort users",
      words: "list search state locked suspended expiring without certificate sort filter",
      blocks: [
        {
          kind: "steps",
          steps: [
            "In the main menu choose “Administration”. The users are shown.",
            "Under “Find a user” type a part of the name, the department, the user ID or the e-mail address. Width, kind of kana and blanks within a name make no difference.",
            "Choose the name to see what is registered and what you can do.",
          ],
        },
        { kind: "picture", name: "users" },
        {
          kind: "list",
          items: [
            "The buttons above the list, each with a number, show only the users in that state.",
            "The headings “Name”, “Certificate” and so on sort the list; once more, the other way round.",
          ],
        },
        {
          kind: "note",
          text: "What you can do to the primary administrator, to yourself, and to users with a permission that you do not hold is limited. The page says why, and what to do.",
        },
        { kind: "see", entries: ["user-new", "user-names", "users-several", "permissions"] },
      ],
    },
    "user-new": {
      title: "Create a user",
      words: "add new register ID initial password print notice name department",
      blocks: [
        {
          kind: "steps",
          steps: [
            "Under “Users” choose “Create a user”.",
            "Enter the name and the department. The notice shows them, and the list finds them.",
            "Enter the user ID. It cannot be changed afterwards.",
            "Enter the e-mail address. Warnings before the certificate expires go there.",
            "Choose the permissions. They can be copied from another user.",
            "Choose “Generate one (recommended)” for the initial password or enter one, and press “Create”.",
            "Press “Print the notice” and hand the page to the user.",
          ],
        },
        { kind: "picture", name: "user-new" },
        {
          kind: "note",
          text: "You see the initial password only on the page that follows. If it is lost, set a new one.",
        },
        {
          kind: "text",
          text: "The user can obtain a certificate at once. There is no limit to the number of users.",
        },
        { kind: "see", entries: ["users-csv", "user-names", "permissions", "issuance"] },
      ],
    },
    "user-names": {
      title: "Enter and change names and departments",
      words: "name surname married department moved without a name missing names",
      blocks: [
        {
          kind: "text",
          text: "Users can have a name and a department. The list, the history, the choice of certificates, notices and e-mail show the name.",
        },
        {
          kind: "steps",
          steps: [
            "Open the page of the user under “Users”.",
            "Enter “Name” and “Department”.",
            "Press “Save the changes”.",
          ],
        },
        {
          kind: "list",
          items: [
            "While there are users without a name, the list says how many. “Show them” shows only those, “Later” closes the message.",
            "A new name or department is entered the same way. User ID, password and certificate stay as they are.",
            "Ask another user administrator or the primary administrator to change your own name. {provider} changes that of the primary administrator.",
          ],
        },
        {
          kind: "note",
          text: "Without a name everything works as before.",
        },
        { kind: "see", entries: ["users", "users-csv"] },
      ],
    },
    permissions: {
      title: "Change permissions",
      words: "grant withdraw make administrator missing permission rights",
      blocks: [
        {
          kind: "steps",
          steps: [
            "Open the page of the user.",
            "Under “Permissions” choose what the user may do.",
            "Press “Save the changes”.",
          ],
        },
        {
          kind: "list",
          items: [
            "You can grant only what you hold yourself.",
            "Permissions can be copied from another user, without those that you do not hold.",
            "A user with the permission to administer users is a user administrator. Users may be granted everything that the primary administrator has.",
            "You can change neither your own permissions nor those of the primary administrator.",
            "If another user administrator has changed the user first, you see what has changed. Compare it, then save again.",
          ],
        },
        { kind: "see", entries: ["faq-1-3", "errors-administration"] },
      ],
    },
    "user-unlock": {
      title: "Unlock a user",
      words: "locked wrong password",
      blocks: [
        {
          kind: "steps",
          steps: [
            "On the page of the user press “Unlock”.",
            "If the user has forgotten the password, choose “Set a new initial password as well”.",
            "Confirm with “Unlock”. The user can log in at once.",
          ],
        },
        { kind: "text", text: "The certificate and the permissions stay as they are." },
        { kind: "see", entries: ["user-password", "password-lock"] },
      ],
    },
    "user-password": {
      title: "Set a new initial password",
      words: "reset password initial forgotten",
      blocks: [
        {
          kind: "steps",
          steps: [
            "On the page of the user press “Set a new initial password”.",
            "Choose how the password is made, and press “Set it”.",
            "Print or copy the initial password, and hand it to the user safely.",
          ],
        },
        {
          kind: "list",
          items: [
            "The current password can no longer be used, and the user is logged out.",
            "The user changes the initial password at the next login.",
            "If the user is locked, the lock ends. The certificate stays as it is.",
          ],
        },
        { kind: "see", entries: ["user-unlock", "user-reissue"] },
      ],
    },
    "user-reissue": {
      title: "Reissue a user's certificate",
      words: "revoke expired broken lost replaced PC",
      blocks: [
        {
          kind: "steps",
          steps: [
            "On the page of the user press “Reissue the certificate”.",
            "If the user has forgotten the password, choose “Set a new initial password as well”.",
            "Press “Revoke and reissue”.",
            "Tell the user to choose “Issue certificate” on the PC to be used.",
          ],
        },
        {
          kind: "note",
          text: "The present certificate is revoked at once. This cannot be undone. The certificates of other users are not affected.",
        },
        {
          kind: "text",
          text: "You cannot reissue your own certificate or that of the primary administrator here. To move to another PC yourself, use “Replace this PC” in the main menu.",
        },
        { kind: "see", entries: ["reissue", "transfer", "faq-2-6"] },
      ],
    },
    "user-suspend": {
      title: "Suspend and resume a user",
      words: "leave absence pause",
      blocks: [
        {
          kind: "text",
          text: "Keeps a user out for a while, for example during leave. The registration, the permissions, the password and the certificate are kept.",
        },
        {
          kind: "steps",
          steps: [
            "On the page of the user press “Suspend” and confirm it. A user who is logged in is logged out.",
            "To end it, press “Resume” on the same page and confirm it.",
          ],
        },
        {
          kind: "note",
          text: "A lock stays as it is. A certificate that has expired in the meantime must be reissued.",
        },
        { kind: "see", entries: ["user-delete", "user-reissue"] },
      ],
    },
    "user-delete": {
      title: "Delete a user",
      words: "left the company remove",
      blocks: [
        {
          kind: "steps",
          steps: [
            "On the page of the user press “Delete”.",
            "To confirm, type the user ID.",
            "Press “Delete”.",
          ],
        },
        {
          kind: "note",
          text: "The certificate is revoked at once, and this cannot be undone. The history keeps its records. For a while only, use “Suspend”.",
        },
        { kind: "see", entries: ["user-suspend", "audit"] },
      ],
    },
    "users-several": {
      title: "Act on several users at once",
      words: "bulk several many all select together",
      blocks: [
        {
          kind: "text",
          text: "Several users can be unlocked, suspended and so on together.",
        },
        {
          kind: "steps",
          steps: [
            "In the list of users, choose the boxes at the left. The box in the heading chooses all that are shown.",
            "Press what you want to do in the bar below.",
            "Check whom it is about, and confirm. Users to whom it does not apply are not changed.",
            "The results are shown for each user. Where it did not work, see why and do it again.",
          ],
        },
        {
          kind: "note",
          text: "New initial passwords are shown only on the page that follows. Print the notices before you leave it.",
        },
        { kind: "see", entries: ["users", "user-unlock", "user-suspend"] },
      ],
    },
    "users-csv": {
      title: "Import and export users as CSV",
      words: "bulk import export Excel spreadsheet file encoding",
      blocks: [
        {
          kind: "text",
          text: `You can create many users from a CSV file made with a spreadsheet. ${rules.importMost}`,
        },
        {
          kind: "steps",
          steps: [
            "Under “Users” choose “Import”.",
            "Make the CSV file after the example under “The file”.",
            "Press “Choose a file” and choose it. It is checked before anybody is created.",
            "If there are mistakes, correct the lines that are shown, and choose the file again. Nobody has been created yet.",
            "If there are none, press “Create all users”. With a single mistake nobody is created.",
            "On the page that follows, print the notices or copy the list.",
          ],
        },
        {
          kind: "note",
          text: "You see the initial passwords only on the page that follows. Keep them before you leave it.",
        },
        {
          kind: "text",
          text: "“Export as CSV” saves the list of users as a file. It holds no passwords.",
        },
        { kind: "see", entries: ["user-new", "errors-administration"] },
      ],
    },
    audit: {
      title: "Look at the history",
      words: "audit log record who when trail CSV",
      blocks: [
        {
          kind: "text",
          text: "Logins, issued and renewed certificates, changed permissions: what was done to and by the users of your company. Records can be neither changed nor deleted.",
        },
        {
          kind: "steps",
          steps: [
            "In the main menu choose “Administration”, then “History”.",
            "Under “User” type a part of a name, a department or a user ID and choose the user. Filter by act too.",
            "Choose a period: “Today”, “7 days”, “30 days”, or days of your own.",
            "“Details” shows the certificate, the name of the PC and the network address.",
          ],
        },
        { kind: "picture", name: "audit" },
        {
          kind: "text",
          text: "“Export as CSV” saves all the records that you have filtered. The export is recorded as well.",
        },
        { kind: "see", entries: ["users"] },
      ],
    },
  }),
};
