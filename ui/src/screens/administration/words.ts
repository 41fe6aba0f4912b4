import type { UserView } from "../../backend";
import type { Dates } from "../../model/dates";
import type { Catalogue } from "../../text";

export function certificateText(
  user: UserView,
  t: Catalogue["administration"],
  dates: Dates,
): string {
  const end = user.certificate_not_after;
  if (end !== null && !user.certificate_expired) return t.certificates.valid(dates.day(end));
  if (user.may_issue) return t.certificates.waiting;
  return end === null ? t.certificates.none : t.certificates.expiredAt(dates.day(end));
}

export type UserState = keyof Catalogue["administration"]["states"];

/** Whether the user can log in, and if not, all that stands in the way. */
export function statesOf(user: UserView): UserState[] {
  const found: UserState[] = [];
  if (user.suspended_at !== null) found.push("suspended");
  if (user.locked) found.push("locked");
  if (user.initial_password) found.push("initial");
  return found.length > 0 ? found : ["active"];
}
