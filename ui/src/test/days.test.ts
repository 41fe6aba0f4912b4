import { afterEach, expect, it, vi } from "vitest";

import { beginOf, parseDay, startOf, written, type Day } from "../screens/administration/days";

const TODAY: Day = { year: 2026, month: 11, date: 27 };

afterEach(() => vi.useRealTimers());

it.each([
  ["2026/11/24", "2026/11/24"],
  ["2026-11-24", "2026/11/24"],
  ["2026.1.5", "2026/01/05"],
  ["20261124", "2026/11/24"],
  ["２０２６／１１／２４", "2026/11/24"],
  ["２０２６年１１月２４日", "2026/11/24"],
  [" 2026 年 11 月 24 日 ", "2026/11/24"],
  ["令和8年11月24日", "2026/11/24"],
  ["令和元年5月1日", "2019/05/01"],
  ["R8.11.24", "2026/11/24"],
  ["H31/4/30", "2019/04/30"],
  // Without a year: the last one that has come.
  ["11/24", "2026/11/24"],
  ["11月27日", "2026/11/27"],
  ["11/28", "2025/11/28"],
  ["12/31", "2025/12/31"],
  // A leap year.
  ["2028/2/29", "2028/02/29"],
])("reads %s", (text, day) => {
  const read = parseDay(text, TODAY);
  expect(read && written(read)).toBe(day);
});

it.each([
  "",
  "あさって",
  "2026/11",
  "2026/13/01",
  "2026/11/31",
  "2026/2/29",
  "2/29",
  "26/11/24",
  "11/24/2026",
  "24.11.2026",
  "2026/00/10",
  "2026/11/00",
  "0026/11/24",
  "20261301",
  "99999999999",
])("is told nothing by %s", (text) => {
  expect(parseDay(text, TODAY)).toBeNull();
});

it("begins and ends days at midnight in the zone of the PC", () => {
  const day: Day = { year: 2026, month: 12, date: 31 };
  expect(startOf(day)).toBe(Date.UTC(2026, 11, 30, 15) / 1000);
  expect(startOf(day, 1)).toBe(Date.UTC(2026, 11, 31, 15) / 1000);
});

it("counts today among the days of a period", () => {
  vi.useFakeTimers({ now: Date.UTC(2026, 10, 27, 3) });
  expect(beginOf("today")).toBe(Date.UTC(2026, 10, 26, 15) / 1000);
  expect(beginOf("week")).toBe(Date.UTC(2026, 10, 20, 15) / 1000);
  expect(beginOf("month")).toBe(Date.UTC(2026, 9, 28, 15) / 1000);
});
