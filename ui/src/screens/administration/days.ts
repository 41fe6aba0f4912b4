// Days as people write them, in the zone of this PC. The web view's own date fields follow its language,
// not the app's, and cost four stops of the Tab key each.

/** A day of the calendar. */
export type Day = { year: number; month: number; date: number };

/** Since when records are wanted; `own` is what the two fields say. */
export type Period = "all" | "today" | "week" | "month" | "own";

/** The days that a period goes back, today included. */
const LENGTH = { today: 1, week: 7, month: 30 } as const;

/** The year before the first of an era, by the letters and words with which it is written. */
const ERAS: Record<string, number> = { 令和: 2018, R: 2018, r: 2018, 平成: 1988, H: 1988, h: 1988 };

/**
 * 2026/11/24, 2026-11-24, 20261124, 2026年11月24日, 令和8年11月24日, R8.11.24, and without a year 11/24,
 * which is the last one that has come; full-width digits too. Null if there is no such day.
 */
export function parseDay(text: string, today: Day = todayHere()): Day | null {
  const written = text.normalize("NFKC").replace(/\s/g, "").replace(/元年/, "1年");
  const whole = /^(令和|平成|[RrHh])?(\d{1,4})[年/.-](\d{1,2})[月/.-](\d{1,2})日?$/.exec(written);
  if (whole) {
    const [, era, year, month, date] = whole;
    if (era === undefined && year?.length !== 4) return null;
    const first = era === undefined ? 0 : (ERAS[era] ?? 0);
    return real(first + Number(year), Number(month), Number(date));
  }
  const digits = /^(\d{4})(\d{2})(\d{2})$/.exec(written);
  if (digits) return real(Number(digits[1]), Number(digits[2]), Number(digits[3]));
  const short = /^(\d{1,2})[月/.-](\d{1,2})日?$/.exec(written);
  if (!short) return null;
  const [month, date] = [Number(short[1]), Number(short[2])];
  const come = month < today.month || (month === today.month && date <= today.date);
  return real(today.year - (come ? 0 : 1), month, date);
}

/** The day if the calendar has it. */
function real(year: number, month: number, date: number): Day | null {
  if (year < 1970 || month < 1 || month > 12 || date < 1) return null;
  const last = new Date(year, month, 0).getDate();
  return date > last ? null : { year, month, date };
}

export function todayHere(): Day {
  return dayOf(new Date());
}

function dayOf(moment: Date): Day {
  return {
    year: moment.getFullYear(),
    month: moment.getMonth() + 1,
    date: moment.getDate(),
  };
}

/** The moment at which the day begins, in seconds since 1970; some days later if asked. */
export function startOf({ year, month, date }: Day, later = 0): number {
  // Days are not all of 24 hours.
  return Math.floor(new Date(year, month - 1, date + later).getTime() / 1000);
}

/** 2026/11/24, as the fields show it. */
export function written({ year, month, date }: Day): string {
  return `${year}/${two(month)}/${two(date)}`;
}

/** The first moment of a period that ends now; none of everything. */
export function beginOf(period: keyof typeof LENGTH): number {
  return startOf(todayHere(), 1 - LENGTH[period]);
}

function two(part: number): string {
  return String(part).padStart(2, "0");
}

/** Today on this PC, for the name of a file. */
export function fileDate(): string {
  const { year, month, date } = todayHere();
  return `${year}${two(month)}${two(date)}`;
}
