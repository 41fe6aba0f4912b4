import { NEAR_DAYS } from "../../backend/generated";
import type { notices as ja } from "../ja/notices";

/** The list of notices. */
export const notices: typeof ja = {
  title: "Notices",
  lead: "What you were told before the certificates and passwords of this PC expire.",
  close: "Close",
  ahead: "What expires next",
  aheadLead:
    "A calendar file holds the expiry and the last business day before it. Open it with Outlook, for example, to add both to your calendar.",
  told: "Earlier notices",
  none: "There are no notices. When something is about to expire, it is shown here.",
  save: "Save to calendar",
  saveOf: (what, who) => `Save to a calendar file: ${what}, ${who}`,
  saved: (name) => `Saved as “${name}”.`,
  what: { certificate: "Certificate", password: "Password" },
  who: (customer, name, userId) =>
    `${customer}${name === null ? "" : ` ${name}`} (user ID: ${userId})`,
  until: (what, date) => `${what}: until ${date}`,
  near: (what, days, businessDays) => {
    const left = `${what} expires in ${days === 1 ? "1 day" : `${days} days`}`;
    if (businessDays === days || days > NEAR_DAYS) return left;
    return `${left} (business days left: ${businessDays})`;
  },
  expired: (what) => `${what} has expired`,
  fresh: "New",
  separator: " / ",
  at: (date) => `Shown: ${date}`,
  ends: (date) => `Expiry: ${date}`,
  unread: (count) => (count === 1 ? "1 new notice" : `${count} new notices`),
};
