import type * as ja from "../ja/menu";

export const menu: typeof ja.menu = {
  title: "Main menu",
  services: "Your services",
  opens: "Opens in your browser",
  opensLoggedIn: "Opens in your browser, logged in",
  opened: (title) => `“${title}” was opened in your browser.`,
  none: "There are no services that you can use. Ask a user administrator at your company about your permissions.",
  status: "Your account",
  certificate: "Certificate expires",
  password: "Password expires",
  previousLogin: "Previous login",
  firstLogin: "This is your first login",
  idle: (seconds) => `You have been inactive. You will be logged out in ${seconds} seconds.`,
  ending: (seconds) =>
    `Your login reaches its time limit. You will be logged out in ${seconds} seconds.`,
  stay: "Stay logged in",
  loggingOut: "Logging out…",
  actions: "Your certificate and password",
  renew: "Renew certificate",
  renewDue: (until) =>
    `It is time to renew your certificate. It expires on ${until}; after that you cannot log in.`,
  changePassword: "Change password",
  changePasswordHint: "Change the password that you log in with.",
  passwordDue: (until) => `Your password expires soon. Change it by ${until}.`,
  transfer: "Replace this PC",
  transferHint: "Show the transfer code for moving to a new PC.",
  administration: "Administration",
  administrationHint: "Manage users and look at the history.",
  toMenu: "Back to the main menu",
  passwordChanged: "Your password was changed.",
  renewed: "Your certificate was renewed.",
};
