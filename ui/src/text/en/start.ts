import type * as ja from "../ja/start";

export const start: typeof ja.start = {
  /** Opens what is known of the certificate. */
  about: "Certificate details",
  title: "Start",
  welcomeNew: "If this is your first time, begin with “Issue certificate”.",
  login: "Log in",
  loginNone: "To log in you need a certificate.",
  issue: "Issue certificate",
  outdated: "Available once Warifu is updated.",
  issueHint: "New, reissued, or for a new PC",
  certificates: "Certificates on this PC",
  none: "There is no certificate on this PC yet.",
  otherCertificates: "Other certificates on this PC",
  count: (count) => `${count}`,
  lastUsed: "The certificate you used last",
  certificate: "The certificate on this PC",
  chooseFirst: "You choose the certificate to log in with on the next screen.",
  loginOthers: "You can choose another certificate on the next screen.",
  trouble: "If you cannot log in",
  troubleHint: "Locked, expired, errors",
  resume: "Resume",
  addProfile: "Add a connection profile",
  loading: "Loading. Please wait.",
  reload: "Load again",
  brokenTitle: "Warifu could not start",
};

export const update: typeof ja.update = {
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
};

export const managed: typeof ja.managed = {
  title: "Some of your IT department's settings cannot be used.",
  next: "Please tell your IT department what this screen says. Its other settings apply.",
  details: "What cannot be used",
  troubles: {
    unreadable: "It cannot be read.",
    malformed: "The file is malformed.",
    "unknown-setting": "There is no setting of this name.",
    "wrong-type": "The value is of another type.",
    "not-possible": "The value is not possible.",
    "outdated-profile": "The connection profile is older than the one that is here.",
    "bad-file": "The file is not there, or is no connection profile.",
  },
};
