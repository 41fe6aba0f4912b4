import type { FailureTexts } from "../../failure";
import { administrationFailures } from "./administration";
import { ASK_IT, ASK_PROVIDER, ASK_REISSUE, BY_PRIMARY, BY_USER, TELL } from "./advice";
import { connectionFailures } from "./connection";

function tries(count: number): string {
  return count === 1 ? "one more wrong try" : `${count} more wrong tries`;
}

export const failures: FailureTexts = {
  ...administrationFailures,
  ...connectionFailures,
  "authentication-failed": {
    title: "Authentication failed. The customer number, user ID or password is not correct.",
    cause: ({ triesLeft }) =>
      triesLeft === undefined
        ? "What you entered does not match what is registered."
        : `After ${tries(triesLeft)} your user ID is locked and you cannot log in. The count does not clear overnight.`,
    next: [
      "Check half-width and full-width characters and upper and lower case, then enter it again.",
      "Use “Show” to see what you type, or check it in a text editor and paste it.",
    ],
  },
  "account-locked": {
    title: "Authentication failed. Your user ID is locked.",
    cause:
      "The password was wrong too many times, so you cannot log in. The lock does not clear overnight.",
    next: [
      `${BY_USER} to unlock your user ID.`,
      `${BY_PRIMARY} apply to {provider} for unlocking, in writing.`,
    ],
  },
  "account-suspended": {
    title: "This user ID is suspended.",
    cause:
      "A user administrator at your company has suspended it, or it was applied for in writing.",
    next: [
      `${BY_USER} why, and when it can be used again.`,
      `${BY_PRIMARY} ask {provider} why, and when it can be used again.`,
    ],
  },
  "too-many-attempts": {
    title: "Authentication is paused for a moment.",
    cause: "There were several failed attempts within a short time, so the next one has to wait.",
    next: ["Wait a little, check what you entered, and try again."],
  },
  "session-ended": {
    title: "You have been logged out.",
    cause:
      "You were inactive for a while, your login reached its time limit, or it is no longer valid.",
    next: ["Log in again to continue."],
  },
  "enrolment-expired": {
    title: "The time for issuing your certificate has run out.",
    cause: "For your safety the procedure has a time limit. It ended before you finished.",
    next: [
      "Start again from the beginning.",
      "If you have already changed your password, enter the new one.",
    ],
  },
  "password-malformed": {
    title: "The password contains characters that cannot be used, or is too long.",
    cause:
      "It contains full-width characters, a space or the like, or is too long. It was not sent, so it does not count as a wrong try.",
    next: ["Enter it again in half-width letters, digits and symbols."],
  },
  "password-rejected": {
    title: "The new password does not meet every condition.",
    cause:
      "It contains characters that cannot be used, its length does not meet the conditions, or it was used recently.",
    next: ["Check the conditions that are not met and enter a different password."],
  },
  "password-change-expired": {
    title: "The time for changing your password has run out.",
    cause: "The password change screen was open for too long. Your password was not changed.",
    next: ["Start again from the beginning. Your user ID will not be locked."],
  },
  "password-not-initial": {
    title: "The initial password has already been changed.",
    cause: "The password was changed in another window or on another PC.",
    next: [
      "Start again from the beginning and enter the new password.",
      "If you did not change it, contact the following at once.",
      ...TELL,
    ],
  },
  "password-change-required": {
    title: "The initial password has to be changed first.",
    cause: "A certificate cannot be issued with an initial password.",
    next: ["Start again from the beginning and change your password."],
  },
  "already-issued": {
    title:
      "Already authenticated (初回認証済みです). A certificate has been issued for this user ID.",
    cause: "A certificate can be issued to only one PC for each user ID.",
    next: [
      "If this is the PC that holds the certificate, use “Log in”. When it is close to expiry, you can renew it after logging in.",
      "If you can log in on the old PC, choose “Replace this PC” there and enter the transfer code under “Issue certificate” on this PC.",
      "If you can no longer use that certificate, have it reissued. After that you can obtain it on this PC.",
      ...ASK_REISSUE,
    ],
  },
  "certificate-expired": {
    title: "The certificate has expired.",
    cause: ({ at }) =>
      at
        ? `This certificate expired on ${at} and cannot be used to log in.`
        : "An expired certificate cannot be used to log in.",
    next: [...ASK_REISSUE, "After the reissue, use “Issue certificate” to obtain it."],
  },
  "certificate-not-yet-valid": {
    title: "The certificate is not valid yet.",
    cause: ({ at }) =>
      at
        ? `This certificate is valid from ${at}. The date or time of this PC may be behind.`
        : "The date or time of this PC may be behind.",
    next: ["Correct the date, time and time zone of this PC and try again.", ASK_IT],
  },
  "certificate-revoked": {
    title: "This certificate has been revoked.",
    cause: ({ at }) =>
      at
        ? `It was revoked on ${at}, for example because it was reissued.`
        : "It can no longer be used, for example because it was reissued.",
    next: [
      "If a reissue has been arranged, use “Issue certificate” to obtain the new one.",
      "If you did not expect this, contact the following.",
      ...TELL,
    ],
  },
  "certificate-superseded": {
    title: "A newer certificate has taken the place of this one.",
    cause: "A new certificate of the same user ID is in use, so the earlier one no longer works.",
    next: [
      "Choose the new certificate and log in.",
      "If you cannot find it, contact the following.",
      ...TELL,
    ],
  },
  "certificate-unknown": {
    title: "This certificate cannot be used with this service.",
    cause: "It could not be confirmed that this service’s authority issued the certificate.",
    next: ["If you have another certificate, choose that one.", ...ASK_REISSUE],
  },
  "certificate-missing": {
    title: "There is no usable certificate on this PC.",
    cause: "To log in you need a certificate that was issued to this PC.",
    next: [
      "Use “Issue certificate” to obtain one.",
      "If you had one before, it has to be reissued.",
      ...ASK_REISSUE,
    ],
  },
  "invalid-request": {
    title: "What you entered could not be accepted.",
    cause: ({ field }) =>
      field
        ? `“${field}” contains characters that cannot be used, or has the wrong form.`
        : "A field contains characters that cannot be used, or has the wrong form.",
    next: ["Check what you entered and try again.", ASK_PROVIDER],
  },
  "request-too-large": {
    title: "What you entered is too long.",
    cause: "What was entered is larger than the limit.",
    next: ["Check what you entered and try again.", ASK_PROVIDER],
  },
  "not-found": {
    title: "The service could not do what was needed.",
    cause: "The service may have moved, or its version may not match this app.",
    next: ["Contact {provider} and give the error code."],
  },
  "backend-busy": {
    title: "The service is busy at the moment.",
    cause: "Because of many requests or maintenance, it cannot accept yours just now.",
    next: ["Wait a little and try again.", ASK_PROVIDER],
  },
  "backend-failed": {
    title: "An error occurred in the service.",
    cause: "Something went wrong inside the service, and your request could not be completed.",
    next: ["Wait a little and try again.", ASK_PROVIDER],
  },
  "keystore-unavailable": {
    title: "The keystore of this PC is not available.",
    cause:
      "The keystore of the operating system (Credential Manager, Keychain, Secret Service or the like) is not running.",
    next: ["Restart the PC and try again.", ASK_IT],
  },
  "keystore-locked": {
    title: "The keystore of this PC is locked.",
    cause: "Because it is locked, the key of your certificate cannot be used.",
    next: [
      "If a window asks you to unlock it, enter your password there.",
      "Try again. If no window appears, sign out of the PC and sign in again.",
    ],
  },
  "keystore-refused": {
    title: "The use of the key was not allowed.",
    cause: "The question of the operating system was refused or dismissed.",
    next: ["Try again and choose to allow it."],
  },
  "keystore-failed": {
    title: "An error occurred in the keystore of this PC.",
    cause: "The keystore of the operating system could not store or use the key.",
    next: ["Restart the PC and try again.", ASK_IT],
  },
  "key-missing": {
    title: "The key of this certificate cannot be found.",
    cause: ({ place }) =>
      place
        ? `The data folder was at “${place}” before. Moved or copied from another PC or another user, a key cannot be used.`
        : "The key was lost, for example because the PC was reset or another account is in use.",
    next: ASK_REISSUE,
  },
  "key-damaged": {
    title: "The key of this certificate is damaged.",
    cause: "The key cannot be read. Keys are never copied, so it cannot be repaired.",
    next: ASK_REISSUE,
  },
  "profile-invalid": {
    title: "This cannot be read as a connection profile.",
    cause: ({ field }) =>
      field
        ? `“${field}” in the connection profile cannot be used.`
        : "It is not a connection profile, a part of it is missing, or it was made for a newer version of this app.",
    next: [
      "Choose the file from {provider} (ending in .warifu.json) as it is. If you paste its text, paste everything from the first “{” to the last “}”.",
      "If this does not help, ask {provider} to send the connection profile again.",
    ],
  },
  "profile-outdated": {
    title: "The connection profile is older than the one that is here.",
    cause:
      "A newer connection profile of the same service is on this PC already. Nothing was changed.",
    next: ["Add the connection profile that {provider} handed out last."],
  },
  "profile-differs": {
    title: "The connection profile names entirely different authorities.",
    cause:
      "It says that it belongs to a service that is on this PC, but names none of its authorities. Somebody else may have made it, so it was not added.",
    next: ["Ask {provider} whether this connection profile is genuine."],
  },
  "profile-managed": {
    title: "No connection profile can be added.",
    cause: "Your IT department does not let users add connection profiles.",
    next: ["If you need the connection profile of another service, contact your IT department."],
  },
  "profile-missing": {
    title: "No connection profile has been added.",
    cause: "Without it the app does not know which service to connect to.",
    next: ["Add the connection profile that you received from {provider}."],
  },
  "app-too-old": {
    title: "This version of Warifu is too old to continue.",
    cause: ({ oldestVersion }) =>
      `It is no longer supported.${oldestVersion ? ` Version ${oldestVersion} or newer is needed.` : ""} Your password was not sent.`,
    next: [
      "Ask your IT department to update Warifu to the latest version.",
      "If the start screen offers “Open the download page”, you can also get the latest version there.",
      "Then try again. The certificates on this PC can be used after the update as before.",
    ],
  },
  "database-newer": {
    title: "The data on this PC was written by a newer version of Warifu.",
    cause: "This version cannot read it safely. Nothing has been changed.",
    next: ["Ask your IT department to update Warifu to the latest version."],
  },
  "database-damaged": {
    title: "Warifu’s data is damaged.",
    cause: ({ place }) =>
      `The file that holds your certificates and settings cannot be read.${place ? ` (Folder: ${place})` : ""}`,
    next: [
      "Do not delete the file. Contact your IT department.",
      "If it cannot be restored, your certificate has to be reissued. Ask {provider}.",
    ],
  },
  "storage-failed": {
    title: "Data cannot be saved.",
    cause: ({ place }) =>
      `${place ? `“${place}”` : "Warifu’s folder"} cannot be read or written. Access rights may be missing, or another program may be using it.`,
    next: ["Restart the PC and try again.", ASK_IT],
  },
  "disk-full": {
    title: "The disk is full.",
    cause: ({ place }) =>
      `There was not enough space to save data.${place ? ` (Folder: ${place})` : ""}`,
    next: ["Delete files that you do not need and try again.", ASK_IT],
  },
  "current-password-wrong": {
    title: "The current password is not correct.",
    cause:
      "What you entered as your current password is not the registered one. This screen never locks your user ID.",
    next: [
      "Enter your current password again; use “Show” to see what you type.",
      "If you had your user ID unlocked or your certificate reissued on paper, enter the password printed on the notice.",
    ],
  },
  "renewal-too-early": {
    title: "The certificate cannot be renewed yet.",
    cause: ({ at }) =>
      at ? `This certificate can be renewed from ${at}.` : "The period for renewal has not begun.",
    next: ["The main menu and a notification will tell you when it can be renewed."],
  },
  "renewal-outdated": {
    title: "The renewal that was begun is no longer valid.",
    cause:
      "Something else was done in the meantime, so that renewal cannot be continued. Your present certificate works as before.",
    next: ["Log in and choose “Renew certificate” again."],
  },
  "transfer-code-invalid": {
    title: "The transfer code could not be confirmed.",
    cause:
      "The code is wrong, was used already, or its time is over. Showing a new code makes the earlier one invalid.",
    next: [
      "Check the code on the old PC, the customer number and the user ID, and enter them again.",
      "On the old PC choose “Show a new code” and enter that one.",
    ],
  },
  "transfer-same-pc": {
    title: "This PC has a certificate of this user already.",
    cause:
      "A transfer code is for moving to another PC. The certificate of this PC can be used as before.",
    next: [
      "To move to another PC, enter the code there.",
      "To go on with this PC, log in as usual.",
    ],
  },
  "service-unknown": {
    title: "This service cannot be opened with your login.",
    cause: "You have no right to use it, or it is no longer offered.",
    next: ["Log in again and look at the services that the main menu shows.", ...TELL],
  },
  "handoff-unknown": {
    title: "The way into the browser could not be confirmed.",
    cause: "Its time is over, or it was begun by another login.",
    next: ["Open the service from the main menu once more."],
  },
  "request-expired": {
    title: "This request to log in is over.",
    cause: "It was approved or cancelled already, or its time is over.",
    next: ["Open the service’s page in the browser and log in once more."],
  },
  "request-misdirected": {
    title: "The approval arrived in another browser.",
    cause:
      "It was opened in another browser than the one where the login was begun, so it is not valid. Nobody was logged in to the service.",
    next: [
      "If you began the login yourself, log in again in the browser where you opened the service.",
      "If you cannot explain it, contact {provider}.",
    ],
  },
  "proof-missing": {
    title: "Your password is needed.",
    cause: "This service asks for the password even while you are logged in.",
    next: ["Enter your password and choose “Approve” again."],
  },
  "too-many-requests": {
    title: "Requests are held back for a while.",
    cause: "The same was asked many times within a short time.",
    next: ["Wait a little and try again."],
  },
  "browser-failed": {
    title: "The browser could not be opened.",
    cause: "This PC has no default browser, or it cannot be started.",
    next: ["Check the default browser in the PC’s settings and try again.", ASK_IT],
  },
  cancelled: {
    title: "The procedure was stopped.",
    cause: "“Stop” was chosen, so it ended before it was complete.",
    next: ["Try again to continue. What was completed is not lost."],
  },
  "app-failed": {
    title: "An error occurred in the app.",
    cause: "Something went wrong inside Warifu, and it could not continue.",
    next: ["Quit Warifu, start it again and try once more.", ASK_PROVIDER],
  },
};
