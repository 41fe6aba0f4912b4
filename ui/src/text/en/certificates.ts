import type * as ja from "../ja/certificates";
import { days } from "./counts";

export const certificates: typeof ja.certificates = {
  title: "Choose a certificate",
  notChoosable: (count) => `Certificates you cannot choose (${count})`,
  noneChoosable: "No certificate can be chosen. See the reason and what to do for each.",
  ok: "OK",
  cancel: "Cancel",
  choose: "Please choose a certificate.",
  connecting: "Connecting with the certificate. Please wait.",
  lastUsed: "Last used",
  details: (name) => `Details of the certificate of ${name}`,
  search: "Name, company or user ID",
  notFound: "No certificate matches.",
  count: (count) => `Certificates you can choose: ${count}`,
};

export const standing: typeof ja.standing = {
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
    next: "If a reissue has been arranged, use “Issue certificate”. If you did not expect this, contact the primary administrator or a user administrator at your company (as the primary administrator, {provider}).",
  },
  superseded: {
    word: "Replaced",
    why: "It cannot be chosen because a newer certificate has taken its place.",
    next: "Choose the newer certificate.",
  },
};

export const daysLeft: typeof ja.daysLeft = (count) =>
  count <= 1 ? "Expires within 24 hours" : `${days(count)} left`;

export const daysShort: typeof ja.daysShort = (count) =>
  count <= 1 ? "Within 24 hours" : `${days(count)} left`;
