import type { Language } from "../backend";

/** Instants, given in seconds since 1970, in the user's zone and language. */
export type Dates = {
  /** 2026年11月23日（月） / Mon 23 November 2026 */
  day(seconds: number): string;
  /** 2026年11月23日（月）10:05 / Mon 23 November 2026, 10:05 */
  minute(seconds: number): string;
  /** 2026年11月23日（月）10:05:09 / Mon 23 November 2026, 10:05:09 */
  second(seconds: number): string;
  /** The zone's own name, such as Asia/Tokyo. */
  zone: string;
};

export function dates(language: Language): Dates {
  const locale = language === "ja" ? "ja-JP" : "en-GB";
  const format = new Intl.DateTimeFormat(locale, {
    calendar: "gregory",
    numberingSystem: "latn",
    weekday: "short",
    year: "numeric",
    month: "long",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  function parts(seconds: number): Record<Intl.DateTimeFormatPartTypes, string> {
    const found = format
      .formatToParts(new Date(seconds * 1000))
      .map((part) => [part.type, part.value]);
    return Object.fromEntries(found) as Record<Intl.DateTimeFormatPartTypes, string>;
  }
  function day(seconds: number): string {
    const p = parts(seconds);
    return language === "ja"
      ? `${p.year}年${p.month.replace("月", "")}月${p.day}日（${p.weekday}）`
      : `${p.weekday} ${p.day} ${p.month} ${p.year}`;
  }
  function minute(seconds: number): string {
    const p = parts(seconds);
    return `${day(seconds)}${language === "ja" ? "" : ", "}${p.hour}:${p.minute}`;
  }
  return {
    day,
    minute,
    second: (seconds) => `${minute(seconds)}:${parts(seconds).second?.padStart(2, "0") ?? ""}`,
    zone: format.resolvedOptions().timeZone,
  };
}
