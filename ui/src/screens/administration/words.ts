import type { UserView } from "../../backend";
import type { Dates } from "../../model/dates";
import type { Catalogue } from "../../text";

const DAY = 86_400;

/** The name, or the ID of somebody whose name nobody has entered. */
export function nameOf({ name, user_id }: Pick<UserView, "name" | "user_id">): string {
  return name ?? user_id;
}

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

/** Days until the certificate expires, the one that has begun included; null without a valid one. */
export function daysLeft(user: UserView, now = Date.now() / 1000): number | null {
  const end = user.certificate_not_after;
  if (end === null || user.certificate_expired) return null;
  return Math.max(1, Math.ceil((end - now) / DAY));
}

export type UserMark = keyof Catalogue["administration"]["states"];

/** Whether the user can log in, and if not, all that stands in the way. */
export function statesOf(user: UserView): UserMark[] {
  const found: UserMark[] = [];
  if (user.locked) found.push("locked");
  if (user.suspended_at !== null) found.push("suspended");
  if (user.initial_password) found.push("initial");
  return found.length > 0 ? found : ["active"];
}

/** Why the administrator keeps the hands off somebody, if there is a reason. */
export function whose(user: UserView): "yourself" | "primary" | "beyond" | null {
  const { yourself, primary, beyond_reach } = user;
  return yourself ? "yourself" : primary ? "primary" : beyond_reach ? "beyond" : null;
}

/** A moment in a table: 本日 8:41, 11月20日, and with the year where it is another one. */
export function shortMoment(
  seconds: number,
  t: Catalogue["administration"]["list"],
  language: "ja" | "en",
  now = new Date(),
): string {
  const moment = new Date(seconds * 1000);
  const same = (a: Date, b: Date): boolean => a.toDateString() === b.toDateString();
  if (same(moment, now)) {
    const minutes = String(moment.getMinutes()).padStart(2, "0");
    return t.today(`${moment.getHours()}:${minutes}`);
  }
  const year = moment.getFullYear() === now.getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(
    language === "ja" ? "ja-JP-u-ca-gregory-nu-latn" : "en-GB-u-ca-gregory-nu-latn",
    {
      ...year,
      month: language === "ja" ? "long" : "short",
      day: "numeric",
    },
  ).format(moment);
}

/** What the person does with a new initial password; `user` is unknown after an import. */
export function kindOf(
  by: string,
  user: Pick<UserView, "may_issue"> | null,
): "issuance" | "reissue" | "login" {
  if (user && !user.may_issue) return "login";
  return by === "reissue" ? "reissue" : "issuance";
}
