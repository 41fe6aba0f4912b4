import type * as ja from "../ja/enrolment";

export const enrolment: typeof ja.enrolment = {
  title: "Issue certificate",
  stages: ["Identity", "New password", "Certificate", "Done"],
  stagesLabel: "Progress",
  stageDone: "Done",
  stageAt: (stage, at, of) => ` (${stage}, ${at} of ${of})`,
  credentialsLead: "Enter what is printed in the notice about the use of the service.",
  resumedLead:
    "This continues an interrupted issuance. If you have already changed your password, enter the new one.",
  customerNumberHint: "8 half-width digits",
  userIdHint: "3 to 20 half-width letters, digits and the like",
  password: "Password",
  passwordHint: "The first time, enter the initial password on your notice.",
  notice: "Your notice",
  noticeHint: "What a user administrator has given you says the same.",
  noticePassword: "Initial password",
  next: "Next",
  checking: "Checking what you entered. Please wait.",
  issuing: "Your certificate is being issued. Please wait.",
  issuingFor: (customer) => `A certificate of ${customer} will be issued.`,
  issueFailed: "The certificate could not be issued.",
  steps: {
    "make-key": "Make the key on this PC",
    request: "Request the certificate",
    verify: "Verify the issued certificate",
    store: "Store it on this PC",
  },
  stepStates: { waiting: "Waiting", running: "Running", done: "Done", failed: "Error" },
  doneTitle: "Your certificate has been issued",
  doneLead: "You can now log in from this PC.",
  toLogin: "Go to login",
};
