import type { ChapterText } from "../../help/model";

export const services: ChapterText<"services"> = {
  title: "Using the services",
  entries: () => ({
    "services-open": {
      title: "Open a service in the browser",
      words: "single sign-on automatic login Edge Chrome Firefox Safari default browser yes no",
      blocks: [
        {
          kind: "text",
          text: "A service that you choose in the main menu opens in the default browser of this PC. Where it says “Opens in your browser, logged in”, there is no need to enter the password again.",
        },
        {
          kind: "steps",
          steps: [
            "Choose the service in the main menu.",
            "The browser shows the page of the service. The main menu says in which browser it was opened.",
            "If you have not used that browser before, or somebody else used it last, the browser asks first. Choose “Yes” if it was you.",
            "If Warifu then asks “Was this you?”, look at the browser and the address, and choose “Yes” if it was you.",
          ],
        },
        {
          kind: "note",
          text: "If you do not know why you are asked, choose “No”. The service is not opened.",
        },
        {
          kind: "list",
          items: [
            "The address that the browser is given works once and for a short time. It cannot be given to others or kept.",
            "If it is used twice, the page that it had opened is logged out, and Warifu says so.",
            "Logging out of Warifu, or quitting it in its icon’s menu, also logs you out of the services that it opened in the browser.",
            "When another user opens a service in the same browser, the login before it ends.",
          ],
        },
        { kind: "see", entries: ["services-pages", "main-menu", "diagnosis"] },
      ],
    },
    "services-approval": {
      title: "Approve a login that was begun in the browser",
      words: "link warifu open the app approve decline allow another browser",
      blocks: [
        {
          kind: "text",
          text: "When you open a service’s page in the browser, Warifu asks you first. Once you approve, the service opens in that browser.",
        },
        {
          kind: "steps",
          steps: [
            "Choose “Open the app” on the page in the browser. If the browser asks whether it may open Warifu, allow it.",
            "Warifu shows “Approve a login in the browser?”. Look at the service, its address, when it was begun, the browser and where it comes from.",
            "If you are not logged in, choose your certificate and enter your password.",
            "Choose “Approve” only if you began the login in that browser yourself.",
            "The browser comes back and shows the page of the service.",
          ],
        },
        {
          kind: "note",
          text: "If somebody asked you by telephone or mail to approve it, or you do not know of it, choose “Decline”.",
        },
        {
          kind: "list",
          items: [
            "The approval counts only in the browser where the login was begun. Opened in another one, it is worth nothing, and Warifu says so.",
            "When the time is over, begin again by opening the service’s page.",
            "If nothing happens after “Open the app”, start Warifu and open the service from the main menu.",
          ],
        },
        { kind: "see", entries: ["services-open", "services-pages", "errors-services"] },
      ],
    },
    "services-pages": {
      title: "If the browser shows something other than the service",
      words:
        "login-expired handoff-used not-from-app other-browser declined permission-missing account-suspended service-unknown request-invalid too-many-attempts backend-failed 410 403 400 429 500",
      blocks: [
        {
          kind: "text",
          text: "If a service cannot be opened, the browser says why. Look for the code on the page.",
        },
        {
          kind: "terms",
          terms: [
            {
              term: "login-expired",
              text: "Your login in Warifu has ended, or the browser came too late. Log in to Warifu and open the service from the main menu.",
            },
            {
              term: "handoff-used",
              text: "The address that opens the service was used already. Open the service from the main menu again. If you cannot explain it, contact {provider}.",
            },
            {
              term: "not-from-app",
              text: "It was opened by a link in a mail or on another page. Do not use the link; open the service from the main menu.",
            },
            {
              term: "other-browser",
              text: "The approval arrived in another browser than the one where the login was begun. Follow the page and log in again in this browser. If you cannot explain it, contact {provider}.",
            },
            {
              term: "declined",
              text: "Somebody answered “No” when asked. If it was you who opened the service, open it again.",
            },
            {
              term: "permission-missing",
              text: "You have no right to use this service. Ask the primary administrator or a user administrator at your company.",
            },
            {
              term: "account-suspended",
              text: "Your user ID is suspended. Ask the primary administrator or a user administrator at your company.",
            },
            {
              term: "service-unknown",
              text: "The service is not registered. If opening it from the main menu does not help, contact {provider}.",
            },
            {
              term: "request-invalid",
              text: "What the service sent cannot be understood. Open the service from its start instead of going back. If that does not help, contact {provider}.",
            },
            {
              term: "too-many-attempts",
              text: "The same was asked many times within a short time. Wait a little and try again.",
            },
            {
              term: "backend-failed",
              text: "There is a temporary failure. Wait a little; if it does not help, give {provider} the number on the page.",
            },
          ],
        },
        {
          kind: "list",
          items: [
            "If the browser shows nothing, or says that it cannot connect, look at what the connection diagnosis says of the login page.",
            "A browser that refuses cookies cannot open the services. Ask your IT department.",
          ],
        },
        { kind: "see", entries: ["services-open", "diagnosis", "errors-services"] },
      ],
    },
  }),
};
