import { fireEvent } from "@testing-library/dom";
import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import type { AuditEvent } from "../backend";
import { catalogues } from "../text";
import { code, find, get, openApp, paste, reachUsers, type OpenApp } from "./app";
import { record, RECORDS } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";

/** Milliseconds for a way through several screens. */
const JOURNEY = 30_000;
vi.setConfig({ testTimeout: JOURNEY });

describe("audit", () => {
  async function audit(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
    const app = await openApp(prepare);
    await reachUsers(app);
    await app.user.click(get("audit-tab"));
    await find("audit-table");
    return app;
  }

  function rows(): number[] {
    return [...document.querySelectorAll<HTMLElement>("[data-seq]")].map((row) =>
      Number(row.dataset.seq),
    );
  }

  /** At once, without an empty field between. */
  const enter = (testid: string, value: string): Promise<boolean> =>
    Promise.resolve(fireEvent.input(get(testid), { target: { value } }));

  const asked = (app: OpenApp): unknown => app.backend.called("auditPage").at(-1)?.args[0];

  it("lists the newest first, in words", async () => {
    await audit();
    expect(rows()).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(get("audit-row-10")).toHaveTextContent("ユーザの登録");
    expect(get("audit-row-10")).toHaveTextContent("tanto06");
    expect(get("audit-row-1")).toHaveTextContent("サンプルファクター");
    // A newer backend may know more acts.
    expect(get("audit-row-5")).toHaveTextContent("weather-changed");
  });

  it("shows everything about a record on demand", async () => {
    const app = await audit();
    expect(get("audit-more-8")).not.toBeVisible();
    await app.user.click(get("audit-details-8"));
    expect(get("audit-details-8")).toHaveAttribute("aria-expanded", "true");
    for (const part of ["KEIRI-PC-07", "203.0.113.24", "8".padStart(64, "0")]) {
      expect(get("audit-more-8")).toHaveTextContent(part);
    }
    await app.user.click(get("audit-details-1"));
    expect(get("audit-more-1")).toHaveTextContent("記録なし");
    await app.user.click(get("audit-details-8"));
    expect(get("audit-more-8")).not.toBeVisible();
  });

  it("filters by person, act and days, and clears the filter", async () => {
    const app = await audit();
    // Whoever types the whole ID has chosen.
    await app.user.type(get("audit-person"), " TANTO02 ");
    await waitFor(() => expect(rows()).toEqual([9, 8]));
    expect(asked(app)).toEqual({ person: "tanto02", limit: 100 });
    await app.user.selectOptions(get("audit-act"), "login-failed");
    await waitFor(() => expect(rows()).toEqual([8]));
    await app.user.click(get("audit-period-own"));
    await paste(app, "audit-from", "2026-11-01");
    await paste(app, "audit-to", "２０２６年１１月２３日");
    await waitFor(() =>
      expect(asked(app)).toEqual({
        person: "tanto02",
        event: "login-failed",
        // The user's days, from midnight to midnight.
        from: Date.UTC(2026, 9, 31, 15) / 1000,
        to: Date.UTC(2026, 10, 23, 15) / 1000,
        limit: 100,
      }),
    );
    expect(get("audit-to-day")).toHaveTextContent("2026年11月23日（月）");
    await app.user.click(get("audit-clear"));
    await waitFor(() => expect(rows()).toHaveLength(10));
    expect(asked(app)).toEqual({ limit: 100 });
    expect(get("audit-person")).toHaveValue("");
    expect(screen.queryByTestId("audit-from")).toBeNull();
    expect(screen.queryByTestId("audit-clear")).toBeNull();
  });

  it.each([
    ["today", 1],
    ["week", 7],
    ["month", 30],
  ])("shows a period with one press: %s", async (period, days) => {
    const app = await audit();
    await app.user.click(get(`audit-period-${period}`));
    expect(get(`audit-period-${period}`)).toHaveAttribute("aria-pressed", "true");
    const midnight = new Date();
    midnight.setHours(0, 0, 0, 0);
    midnight.setDate(midnight.getDate() - days + 1);
    await waitFor(() =>
      expect(asked(app)).toEqual({ from: midnight.getTime() / 1000, limit: 100 }),
    );
    await app.user.click(get("audit-period-all"));
    await waitFor(() => expect(asked(app)).toEqual({ limit: 100 }));
  });

  it("finds a person by a part of the name, with the mouse", async () => {
    const app = await audit();
    await app.user.type(get("audit-person"), "鈴木");
    await app.user.click(await find("audit-person-tanto02"));
    await waitFor(() => expect(rows()).toEqual([9, 8]));
    expect(asked(app)).toEqual({ person: "tanto02", limit: 100 });
    expect(get("audit-person")).toHaveValue("tanto02");
    expect(get("audit-person")).toHaveAttribute("aria-expanded", "false");
    await app.user.clear(get("audit-person"));
    await waitFor(() => expect(rows()).toHaveLength(10));
  });

  it("finds a person by keyboard, and the records of one who was deleted", async () => {
    const app = await audit();
    await app.user.type(get("audit-person"), "tanto0");
    await find("audit-person-tanto01");
    // Nothing was chosen yet.
    expect(rows()).toHaveLength(10);
    await app.user.keyboard("{ArrowDown}{ArrowDown}{Enter}");
    await waitFor(() => expect(rows()).toEqual([9, 8]));
    await app.user.clear(get("audit-person"));
    await app.user.type(get("audit-person"), "Gone01");
    expect(await find("audit-person-nobody")).toHaveTextContent("削除したユーザの記録は");
    await app.user.keyboard("{Enter}");
    await waitFor(() => expect(asked(app)).toEqual({ person: "gone01", limit: 100 }));
  });

  it("closes the offered people with Esc, and stays where it is", async () => {
    const app = await audit();
    await app.user.type(get("audit-person"), "tanto");
    await find("audit-person-tanto01");
    await app.user.keyboard("{Escape}");
    expect(get("audit-person")).toHaveAttribute("aria-expanded", "false");
    expect(get("audit-table")).toBeVisible();
  });

  it("asks for nothing while the period ends before it begins, or a day is none", async () => {
    const app = await audit();
    await app.user.click(get("audit-period-own"));
    await paste(app, "audit-to", "2026/11/01");
    await waitFor(() => expect(asked(app)).toHaveProperty("to"));
    const before = app.backend.called("auditPage").length;
    await enter("audit-from", "2026/11/02");
    expect(await find("field-error")).toHaveTextContent("終了日は、開始日と同じ日か");
    expect(get("audit-to")).toHaveAttribute("aria-invalid", "true");
    await app.user.click(get("audit-export"));
    await enter("audit-from", "2026/2/30");
    await fireEvent.blur(get("audit-from"));
    expect(await find("field-error")).toHaveTextContent("日付として読み取れません");
    expect(get("audit-from")).toHaveAttribute("aria-invalid", "true");
    await app.user.click(get("audit-export"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(app.backend.called("auditPage")).toHaveLength(before);
    expect(app.backend.called("exportAudit")).toHaveLength(0);
  });

  it("has date fields of its own, whatever the language of the web view", async () => {
    const app = await audit();
    await app.user.click(get("audit-period-own"));
    for (const end of ["audit-from", "audit-to"]) {
      expect(get(end)).toHaveAttribute("type", "text");
      expect(get(end)).toHaveAttribute("placeholder", "例：2026/11/24");
    }
    expect(document.querySelector('input[type="date"]')).toBeNull();
    await paste(app, "audit-from", "20261124");
    await app.user.tab();
    expect(get("audit-from")).toHaveValue("2026/11/24");
  });

  it("says who did it and whom it was done to by name, but not what is unproved", async () => {
    await audit(({ directory }) => {
      directory.records = [
        record(2, {
          event: "reissued",
          actor: "kanri01",
          actor_name: "佐藤 花子",
          subject: "tanto04",
          subject_name: "中村 大輔",
        }),
        record(1, {
          event: "enrolment-failed",
          actor_kind: "unproved",
          actor: "tanto01",
          actor_name: "加藤 誠",
        }),
      ];
    });
    expect(get("audit-row-2")).toHaveTextContent(/佐藤 花子\s*kanri01/);
    expect(get("audit-row-2")).toHaveTextContent(/中村 大輔\s*tanto04/);
    expect(get("audit-row-1")).toHaveTextContent("tanto01（未確認）");
    expect(get("audit-row-1")).not.toHaveTextContent("加藤");
  });

  it("says when there is nothing", async () => {
    const app = await audit();
    await app.user.type(get("audit-person"), "nobody{Enter}");
    expect(await find("audit-empty")).toHaveTextContent("条件に一致する記録はありません。");
  });

  it("loads page after page of the same question", async () => {
    const app = await audit(({ directory }) => {
      directory.records = Array.from({ length: 240 }, (_, index) => record(index + 1));
    });
    expect(rows()).toHaveLength(100);
    await app.user.click(get("audit-more"));
    await waitFor(() => expect(rows()).toHaveLength(200));
    expect(asked(app)).toEqual({ before: 141, limit: 100 });
    expect(get("announcement")).toHaveTextContent("100件を追加しました。200件を表示しています。");
    await app.user.click(get("audit-more"));
    await waitFor(() => expect(rows()).toHaveLength(240));
    expect(screen.queryByTestId("audit-more")).toBeNull();
    await waitFor(() => expect(get("audit-details-40")).toHaveFocus());
  });

  it("says why it cannot be read, and tries again", async () => {
    const app = await openApp((backend) => backend.fail("auditPage", failure("backend-busy")));
    await reachUsers(app);
    await app.user.click(get("audit-tab"));
    await waitFor(() => expect(code()).toBe("backend-busy"));
    await app.user.click(get("retry"));
    expect(await find("audit-table")).toBeVisible();
  });

  it("saves what the filter finds, every act in words", async () => {
    const app = await audit();
    await app.user.selectOptions(get("audit-act"), "locked");
    await waitFor(() => expect(rows()).toEqual([9]));
    await app.user.click(get("audit-export"));
    expect(await find("done")).toHaveTextContent("「export.csv」に保存しました。");
    const [query, texts] = app.backend.called("exportAudit")[0]?.args as [
      unknown,
      { words: Record<string, string> },
    ];
    expect(query).toEqual({ event: "locked" satisfies AuditEvent });
    expect(texts).toMatchObject({
      file_name: expect.stringMatching(/^操作履歴_\d{8}\.csv$/),
      headings: catalogues.ja.audit.headings,
    });
    expect(Object.keys(texts.words)).toEqual(
      expect.arrayContaining([...Object.keys(catalogues.ja.audit.acts), "provider"]),
    );
  });

  it("can be stopped while it is saved", async () => {
    const app = await audit((backend) => void backend.hanging.add("exportAudit"));
    await app.user.click(get("audit-export"));
    await app.user.click(await find("cancel"));
    await waitFor(() => expect(code()).toBe("cancelled"));
    expect(rows()).toHaveLength(RECORDS.length);
  });
});
