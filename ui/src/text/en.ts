import { administration } from "./administration.en";
import { audit } from "./audit.en";
import { diagnosis } from "./diagnosis.en";
import { failures } from "./failures.en";
import { help } from "./help/en";
import { lifecycle } from "./lifecycle.en";
import { managed } from "./managed.en";
import { network } from "./network.en";
import type { Catalogue } from "./ja";

function days(count: number): string {
  return count === 1 ? "1 day" : `${count} days`;
}

function tries(count: number): string {
  return count === 1 ? "1 try" : `${count} tries`;
}

export const en: Catalogue = {
  product: "Warifu",
  administration,
  audit,
  diagnosis,
  failures,
  help,
  lifecycle,
  managed,
  network,
  windowTitle: (screen, service) => [screen, service, "Warifu"].filter(Boolean).join(" | "),

  header: {
    help: "Help",
    settings: "Settings",
    language: "日本語",
    logout: "Log out",
    skip: "Skip to content",
    loggedInAs: "Logged in as",
  },

  settings: {
    title: "Settings",
    theme: "Colours",
    themes: { system: "Same as this PC", light: "Light", dark: "Dark" },
    size: "Text size",
    percent: (value) => `${value}%`,
    close: "Close",
    notSaved: "The settings could not be saved. They will be back to what they were at the next start.",
  },

  words: {
    customer: "Customer",
    customerNumber: "Customer number",
    customerName: "Customer name",
    userId: "User ID",
    issuer: "Issuer",
    validity: "Validity",
    protection: "Key held in",
    protections: {
      software: "This PC (encrypted, guarded by the system’s keystore)",
      hardware: "The security chip of this PC",
    },
    from: (date) => `From ${date}`,
    until: (date) => `Until ${date}`,
    period: (from, until) => `${from} – ${until}`,
    zone: (name) => `Dates and times are shown in the time zone of this PC (${name}).`,
    person: (name) => name,
    service: "Service",
    provider: "your service provider",
    support: "Help desk",
    phone: "Telephone",
    email: "E-mail",
    hours: "Hours",
    version: (version) => `Version ${version}`,
    close: "Close",
    back: "Back",
    toStart: "Back to the start",
    stop: "Stop",
    stopping: "Stopping…",
    required: "Required",
  },

  fields: {
    customer_number: "Customer number",
    user_id: "User ID",
    password: "Password",
    new_password: "New password",
    current_password: "current password",
    transfer_code: "transfer code",
    warifu_profile: "Format version",
    service_name: "Service name",
    enrolment_url: "Address for issuance",
    service_url: "Address of the service",
    trust_anchors: "Certificates of the authority",
    text_percent: "Text size",
    initial_password: "Initial password",
    email: "E-mail",
    permissions: "Permissions",
  },

  input: {
    show: "Show",
    hide: "Hide",
    showWhat: (label) => `Show: ${label}`,
    capsLock: "Caps Lock is on. Mind upper and lower case.",
    fullWidth: "There are full-width characters. Please use half-width characters.",
    fullWidthPassword:
      "There are full-width characters. Passwords use half-width letters, digits and symbols only.",
    spaceInPassword: "There is a space. Passwords have no spaces.",
    toHalfWidth: "Convert to half-width",
    converted: "Converted to half-width.",
    empty: (label) => `Please enter: ${label}.`,
    tooLong: (label, most) => `${label}: at most ${most} characters.`,
    customerNumber: "The customer number has 8 half-width digits.",
    userId: "A user ID has 3 to 20 half-width letters, digits, “.”, “-” or “_”.",
  },

  failure: {
    actor: "Who needs to act",
    actors: {
      you: "You",
      administrator: "A user administrator at your company",
      provider: "{provider}",
      it: "Your IT department",
    },
    next: "What to do",
    more: "Show what to do and the error code",
    code: "Error code",
    requestId: "Request number",
    copy: "Copy the error details",
    copied: "Copied.",
    notCopied: "Could not be copied. Please write down the error code.",
    wait: (time) => `Please wait ${time}. Then you can try again.`,
    waited: "You can try again now.",
    retry: "Try again",
    restart: "Start again",
    place: "Address or folder",
  },

  standing: {
    incomplete: {
      word: "Not finished",
      why: "The issuance was interrupted.",
      next: "Use “Resume” on the start screen to finish it.",
    },
    usable: { word: "Valid", why: "", next: "" },
    "renew-soon": { word: "Expires soon", why: "The certificate will expire soon.", next: "" },
    expired: {
      word: "Expired",
      why: "It cannot be chosen because it has expired.",
      next: "If you are not the primary administrator: ask that person or a user administrator at your company for a reissue. If you are the primary administrator: apply to {provider} for a reissue, in writing.",
    },
    "not-yet-valid": {
      word: "Not valid yet",
      why: "It cannot be chosen because its validity has not begun.",
      next: "Check whether the date and time of this PC are right.",
    },
    revoked: {
      word: "Revoked",
      why: "It cannot be chosen because it was revoked, for example by a reissue.",
      next: "If a reissue has been arranged, use “Issue certificate”. If you did not expect this, contact a user administrator at your company (as the primary administrator, {provider}).",
    },
    superseded: {
      word: "Replaced",
      why: "It cannot be chosen because a newer certificate has taken its place.",
      next: "Choose the newer certificate.",
    },
  },
  daysLeft: (count) => (count <= 1 ? "Expires within a day" : `${days(count)} left`),

  start: {
    title: "Start",
    welcome: "What would you like to do?",
    welcomeNew: "If this is your first time, begin with “Issue certificate”.",
    login: "Log in",
    loginHint: "Use your certificate and password.",
    loginNone: "To log in you need a certificate.",
    issue: "Issue certificate",
    outdated: "Available once Warifu is updated.",
    issueHint: "Obtain a certificate for logging in from this PC.",
    certificates: "Certificates on this PC",
    none: "There is no certificate on this PC yet.",
    resume: "Resume",
    addProfile: "Add a connection profile",
    loading: "Loading. Please wait.",
    reload: "Load again",
    brokenTitle: "Warifu could not start",
  },

  update: {
    label: "About an update of Warifu",
    available: (version) => `A new version, ${version}, is available.`,
    availableWhy: (own) => `You can keep using version ${own}.`,
    required: "Warifu needs to be updated",
    requiredWhy: (own, newest) =>
      `Version ${own}, which you are using, is no longer supported. Until it is updated, nobody can log in or start issuing a certificate on this PC. The new version is ${newest}.`,
    byDepartment: "Warifu does not update itself. Ask your IT department to update it.",
    byDownload:
      "Warifu does not update itself. Download the new version (the page opens in your browser) and install it. If your company has a procedure for this, ask your IT department.",
    again: "Check again whether it is needed",
    asking: "Checking whether the update is needed…",
    still: "Warifu still needs to be updated.",
    noMore: "You can log in and issue certificates with this version again.",
    open: "Open the download page",
    opened: "The download page was opened in your browser.",
  },

  profile: {
    title: "Add a connection profile",
    lead: "Tell this PC which service you use. You do this only once.",
    what: "What is a connection profile?",
    whatText:
      "A file with the name of the service, its addresses, and what is needed to verify that it is genuine. It holds no password or other secret.",
    where:
      "It is handed out together with the notice about the use of the service. Its name ends in “.warifu.json”. If you do not have it, ask {provider} or an administrator at your company.",
    choose: "Choose a file",
    or: "Or paste its text",
    text: "Text of the connection profile",
    textHint: "Paste everything from “{” to “}”.",
    add: "Add the pasted text",
    empty: "Please paste the text of the connection profile.",
    added: (service) => `“${service}” was added.`,
  },

  issuance: {
    title: "Issue certificate",
    stages: ["Identity", "New password", "Certificate", "Done"],
    stagesLabel: "Progress",
    stageDone: "Done",
    credentialsTitle: "Confirm your identity",
    credentialsLead:
      "Enter what is printed in the notice about the use of the service, or what your administrator has told you.",
    resumedLead:
      "This continues an interrupted issuance. If you have already changed your password, enter the new one.",
    customerNumberHint: "8 half-width digits",
    userIdHint: "3 to 20 half-width letters, digits and the like",
    password: "Password",
    passwordHint: "The first time, enter the initial password on your notice.",
    next: "Next",
    checking: "Checking what you entered. Please wait.",
    issueTitle: "Issue the certificate",
    issuing: "Your certificate is being issued. Please wait.",
    issuingFor: (customer) => `A certificate of ${customer} will be issued.`,
    issueFailed: "The certificate could not be issued.",
    steps: {
      "make-key": "Make the key on this PC",
      request: "Request the certificate",
      verify: "Verify the issued certificate",
      store: "Store it on this PC",
    },
    stepStates: { waiting: "Waiting", running: "Running", done: "Done", failed: "Not completed" },
    doneTitle: "Your certificate has been issued",
    doneLead: "You can now log in from this PC.",
    toLogin: "Go to login",
  },

  newPassword: {
    title: "Change your password",
    reasons: {
      initial: "For your safety, replace the initial password with one that only you know.",
      expired: "Your password has expired. Choose a new one to continue.",
      wished: "Enter your current password and the new one.",
    },
    label: "New password",
    confirm: "New password (again)",
    confirmHint: "Enter the same password once more.",
    matches: "Both passwords match.",
    differs: "The passwords do not match.",
    rulesTitle: "Conditions",
    rules: {
      length: (least, most) => `${least} to ${most} characters`,
      characters: "Only half-width letters, digits and symbols (case-sensitive)",
      letter: "At least one half-width letter",
      digit: "At least one half-width digit",
      "not-recent": (generations) =>
        generations === 0
          ? "Not the current password"
          : `Neither the current password nor the ${generations} before it`,
      "not-guessable":
        "Not easily guessed: no common words, no runs of the keyboard, and neither the customer number nor the user ID",
    },
    symbols: "Allowed symbols",
    ruleStates: { open: "Not checked yet", met: "Met", broken: "Not met", later: "Checked when sent" },
    timeLeft: "Time left",
    timeLeftSoon: (seconds) => `${seconds} seconds left to change your password.`,
    fix: "Some conditions are not met.",
    submit: "Change password",
    changing: "Changing your password. Please wait.",
  },

  certificates: {
    title: "Choose a certificate",
    lead: "Choose the certificate to log in with.",
    choosable: "Certificates you can choose",
    notChoosable: "Certificates you cannot choose",
    noneChoosable: "No certificate can be chosen. See the reason and what to do for each.",
    ok: "OK",
    cancel: "Cancel",
    choose: "Please choose a certificate.",
    connecting: "Connecting with the certificate. Please wait.",
    lastUsed: "Last used",
  },

  login: {
    title: "Log in",
    lead: "Your certificate was accepted. Enter your password.",
    password: "Password",
    submit: "Log in",
    checking: "Checking your password. Please wait.",
    triesLeft: (count) => `${tries(count)} left before your user ID is locked.`,
    triesFew: (count) => `Only ${tries(count)} left before your user ID is locked.`,
    wrong: (count) => `${tries(count)} left before your user ID is locked.`,
    cancel: "Cancel",
  },

  menu: {
    title: "Main menu",
    services: "Your services",
    opens: "Opens in your browser",
    opened: (title) => `“${title}” was opened in your browser.`,
    none: "There are no services that you can use. Ask a user administrator at your company about your permissions.",
    status: "Your account",
    certificate: "Certificate expires",
    password: "Password expires",
    previousLogin: "Previous login",
    firstLogin: "This is your first login",
    idle: (seconds) => `You have been inactive. You will be logged out in ${seconds} seconds.`,
    ending: (seconds) => `Your login reaches its time limit. You will be logged out in ${seconds} seconds.`,
    stay: "Stay logged in",
    loggingOut: "Logging out…",
  },
};
