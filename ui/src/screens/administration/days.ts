// The days of date fields (2026-11-23) in the user's zone, in seconds since 1970.

function midnight(day: string, later: number): number | null {
  const parts = /^(\d{4,6})-(\d{2})-(\d{2})$/.exec(day);
  if (!parts) return null;
  const [year, month, date] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  // Days are not all of 24 hours.
  const moment = new Date(year, month - 1, date + later).getTime();
  return Number.isNaN(moment) ? null : Math.floor(moment / 1000);
}

export function startOfDay(day: string): number | null {
  return midnight(day, 0);
}

/** The start of the day after. */
export function dayAfter(day: string): number | null {
  return midnight(day, 1);
}

/** Today on this PC, for the name of a file. */
export function fileDate(): string {
  const now = new Date();
  const two = (part: number): string => String(part).padStart(2, "0");
  return `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
}
