import { render, screen, waitFor, within } from "@testing-library/svelte";
import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";

import type { IdentityView } from "../backend";
import { byCompany, matches, suggested } from "../model/holders";
import {
  enterCredentials,
  find,
  get,
  openApp,
  openUser,
  reachMenu,
  reachPassword,
  reachUsers,
} from "./app";
import { failure } from "./sample-backend";
import { identity, overview, PROFILE } from "./sample-data";

const PEOPLE = ["佐藤 花子", "田中 一郎", "鈴木 美咲", "ﾜﾀﾅﾍﾞ 優", "𠮷田 葛󠄀子", "Ōno Dê"];

/** As many as there are people, of two companies; the third was used last. */
function colleagues(): IdentityView[] {
  return PEOPLE.map((holder_name, index) =>
    identity(
      index + 1,
      { kind: "usable", days_left: 200 },
      {
        holder_name,
        last_used: index === 2,
        ...(index % 2 === 0
          ? {}
          : { customer_number: "87654321", customer_name: "サンプル物流株式会社" }),
      },
    ),
  );
}

const PHONE = "0120-000-000";

describe("the frame", () => {
  it("has the telephone and the diagnosis on every screen", async () => {
    const app = await openApp();
    const seen = (): void => {
      expect(within(get("contact")).getByText(PHONE)).toBeVisible();
      expect(within(get("contact")).getByText("平日 9:00～17:00")).toBeVisible();
      expect(within(get("contact")).getByTestId("open-diagnosis")).toBeVisible();
    };
    seen();
    await app.user.click(get("start-issue"));
    await find("customer-number");
    seen();
    await app.user.click(get("open-help"));
    await find("help");
    seen();
    await app.user.click(get("open-diagnosis"));
    await find("diagnosis");
    seen();
  });

  it("has them in the main menu, and in the sheets of a login", async () => {
    const app = await openApp();
    await reachMenu(app);
    expect(within(get("contact")).getByText(PHONE)).toBeVisible();
    await app.user.click(get("change-password"));
    await find("change-submit");
    expect(within(get("contact")).getByText(PHONE)).toBeVisible();
  });

  it("warns of a session's end outside of what scrolls, below the help too, and says it once", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await openApp();
    await reachMenu(app);
    const row = document.querySelector<HTMLElement>(".shell > .alert");
    expect(row).not.toBeVisible();
    const say = vi.spyOn(app.shell.announcer, "say");
    await vi.advanceTimersByTimeAsync(845_000);
    expect(row).toContainElement(get("idle-warning"));
    expect(get("idle-warning").closest(".work")).toBeNull();
    await app.user.click(get("open-help"));
    await find("help");
    expect(get("stay")).toBeVisible();
    window.dispatchEvent(new Event("focus"));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(say.mock.calls.filter(([words]) => words.includes("ログアウト"))).toHaveLength(1);
    await app.user.click(get("stay"));
    await waitFor(() => expect(row).not.toBeVisible());
    expect(row).toBeEmptyDOMElement();
    expect(get("help")).toBeVisible();
  });

  it.each(["act-dialog", "logout-dialog"])(
    "warns of a session's end in an open dialog (%s), in sight and aloud",
    async (testid) => {
      vi.useFakeTimers({ shouldAdvanceTime: true });
      const app = await openApp();
      await reachUsers(app);
      await openUser(app, "tanto02");
      const row = document.querySelector<HTMLElement>(".shell > .alert");
      if (testid === "act-dialog") await app.user.click(get("act-delete"));
      else await app.user.keyboard("{Control>}l{/Control}");
      const dialog = await find(testid);
      const aloud = within(dialog).getByTestId(`${testid}-announcement`);
      expect(aloud.textContent).toBe("");
      await vi.advanceTimersByTimeAsync(845_000);
      // What is below a modal dialog is inert: nobody can see, hear or press it.
      expect(dialog).toContainElement(get("idle-warning"));
      expect(get("idle-warning")).toBeVisible();
      expect(aloud).toHaveTextContent("ログアウト");
      expect(aloud).toHaveRole("status");
      expect(row).toBeEmptyDOMElement();
      await app.user.keyboard("{Escape}");
      await waitFor(() => expect(screen.queryByTestId(testid)).toBeNull());
      expect(row).toContainElement(get("idle-warning"));
      expect(row).toBeVisible();
      // One that is opened now has it from the beginning; what was said before is not said again.
      await app.user.click(get("act-delete"));
      const next = await find("act-dialog");
      expect(next).toContainElement(get("stay"));
      expect(within(next).getByTestId("act-dialog-announcement").textContent).toBe("");
      await app.user.click(get("stay"));
      await waitFor(() => expect(screen.queryByTestId("idle-warning")).toBeNull());
      expect(next).toBeVisible();
    },
  );

  it("gives the address where there is no telephone, and nothing where there is neither", async () => {
    const { contact } = PROFILE.provider;
    const mute = { ...PROFILE.provider, contact: { ...contact, phone: "" } };
    const { backend } = await openApp(
      (prepared) => (prepared.current = overview([], [{ ...PROFILE, provider: mute }])),
    );
    expect(within(get("contact")).getByText(contact.email)).toBeVisible();
    backend.current = overview(
      [],
      [{ ...PROFILE, provider: { ...mute, contact: { ...mute.contact, email: "" } } }],
    );
    backend.certificatesChanged();
    await waitFor(() => expect(screen.queryByText(contact.email)).toBeNull());
    expect(get("open-diagnosis")).toBeVisible();
  });

  it("copies the telephone number, and says whether it did", async () => {
    const { user } = await openApp();
    const button = within(get("contact")).getByRole("button", { name: "電話をコピー" });
    await user.click(button);
    expect(await navigator.clipboard.readText()).toBe(PHONE);
    expect(get("announcement")).toHaveTextContent("コピーしました。");
    const held = vi.spyOn(navigator.clipboard, "writeText").mockRejectedValue(new Error("held"));
    await user.click(button);
    await waitFor(() => expect(get("announcement")).toHaveTextContent("コピーできませんでした。"));
    held.mockRestore();
  });

  it("keeps what can be done outside of what scrolls, and takes it away with its screen", async () => {
    const app = await openApp();
    await reachMenu(app);
    expect(get("action-bar")).not.toBeVisible();
    await app.user.click(get("open-transfer"));
    const back = await find("back-to-menu");
    expect(get("action-bar")).toContainElement(back);
    expect(document.querySelector("main")).not.toContainElement(back);
    await app.user.click(back);
    await find("main-menu");
    await waitFor(() => expect(get("action-bar")).not.toBeVisible());
    expect(get("action-bar").querySelector("button")).toBeNull();
  });

  it("hides the bar of a screen that is covered, and has it back afterwards", async () => {
    const app = await openApp();
    await reachMenu(app);
    await app.user.click(get("open-transfer"));
    const back = await find("back-to-menu");
    await app.user.click(get("open-help"));
    await find("help");
    expect(back).not.toBeVisible();
    await app.user.click(get("close-help"));
    await waitFor(() => expect(back).toBeVisible());
  });

  it("lets only the work scroll, in rows and not with sticky bars", () => {
    const css = readFileSync("src/styles/frame.css", "utf8");
    expect(css).toMatch(/grid-template-rows: auto auto minmax\(0, 1fr\) auto auto/);
    expect(css).toMatch(/container: app \/ size/);
    // Sticky only where the window is too low for rows.
    expect(css.split("@container app (max-height: 27rem)")[0]).not.toMatch(/position:\s*sticky/);
  });

  it("shows a provider's name of three lines, and a user's of 100 characters, whole to readers", async () => {
    const long = "とても長い名前の".repeat(12) + "会社";
    const app = await openApp();
    await reachMenu(app, {
      user: {
        customer_number: "12345678",
        customer_name: "株式会社サンプル商事",
        user_id: "kanri01",
        name: long,
        department: null,
      },
    });
    expect(get("logged-in-as")).toHaveTextContent(`${long} さま`);
  });
});

describe("a failure", () => {
  it("is a title and one step; the rest is on demand", async () => {
    const app = await openApp((backend) =>
      backend.fail("startEnrolment", failure("already-issued", { request_id: "r-1" })),
    );
    await enterCredentials(app);
    const panel = within(await find("failure"));
    expect(panel.getByRole("heading")).toHaveTextContent("初回認証済みです。");
    expect(panel.getByRole("alert")).toHaveTextContent("発行済みのパソコンをお使いの場合は");
    expect(panel.getByText("r-1")).not.toBeVisible();
    expect(panel.getByText(/ユーザIDひとつにつき1台/)).not.toBeVisible();
    expect(panel.getByText(PHONE)).toBeVisible();
    await app.user.click(get("failure-more"));
    expect(panel.getByText("r-1")).toBeVisible();
    expect(panel.getByText(/ユーザIDひとつにつき1台/)).toBeVisible();
    expect(panel.getByTestId("failure-code")).toHaveTextContent("already-issued");
  });

  it("gives each role its step at once", async () => {
    const app = await openApp((backend) => backend.fail("proveIdentity", failure("key-missing")));
    await app.user.click(get("start-login"));
    await app.user.click(await find("cert-confirm"));
    await find("failure");
    const { next } = app.shell.text.failures["key-missing"];
    const visible = within(get("failure")).getByRole("alert");
    expect(visible).toHaveTextContent(next[0] ?? "");
  });

  it("tells the tries that are left once", async () => {
    const app = await openApp((backend) =>
      backend.fail("login", failure("authentication-failed", { attempts_left: 2 })),
    );
    await reachPassword(app);
    await app.user.click(get("login-password"));
    await app.user.paste("Wrong#2026");
    await app.user.click(get("login-submit"));
    await find("failure");
    expect(get("tries-left")).toHaveTextContent("あと2回");
    expect(within(get("failure")).getByRole("alert")).not.toHaveTextContent("2回");
  });
});

describe("the choice of a certificate, one line each", () => {
  it("is grouped by company, with the person's name first", async () => {
    const { user } = await openApp((backend) => (backend.current = overview(colleagues())));
    await user.click(get("start-login"));
    const dialog = within(await find("cert-dialog"));
    const groups = dialog.getAllByRole("group").filter((group) => group.tagName === "FIELDSET");
    expect(groups.map((group) => group.querySelector("legend")?.textContent)).toEqual([
      "株式会社サンプル商事",
      "サンプル物流株式会社",
    ]);
    expect(dialog.getByRole("radio", { name: /田中 一郎/ })).not.toBeChecked();
    await waitFor(() => expect(get("cert-option-3")).toHaveFocus());
    expect(dialog.getByText("選択できる電子証明書：6件")).toBeInTheDocument();
  });

  it("has its details on demand, each value to be copied", async () => {
    const { user } = await openApp((backend) => (backend.current = overview(colleagues())));
    await user.click(get("start-login"));
    const more = await find("cert-more-2");
    expect(get("cert-details-2")).not.toBeVisible();
    await user.click(more);
    expect(more).toHaveAttribute("aria-expanded", "true");
    expect(get("cert-details-2")).toBeVisible();
    const details = within(get("cert-details-2"));
    await user.click(details.getByRole("button", { name: "拇印（SHA-256）をコピー" }));
    expect(await navigator.clipboard.readText()).toBe("2".padStart(64, "0"));
    const serial = `4c7f0000${"2".padStart(24, "0")}`;
    expect(details.getByText("シリアル番号").nextElementSibling).toHaveTextContent(
      "4C7F 0000 0000 0000 0000 0000 0000 0002",
    );
    await user.click(details.getByRole("button", { name: "シリアル番号をコピー" }));
    expect(await navigator.clipboard.readText()).toBe(serial);
    // Looking at one is not choosing it.
    expect(get("cert-option-3")).toBeChecked();
  });

  it("is searched from six on, and what is chosen stays in sight", async () => {
    const { user } = await openApp((backend) => (backend.current = overview(colleagues())));
    await user.click(get("start-login"));
    await user.type(await find("cert-search"), "わたなべ");
    expect(screen.queryByTestId("cert-option-1")).toBeNull();
    expect(get("cert-option-4")).toBeVisible();
    expect(get("cert-option-3")).toBeChecked();
    await user.keyboard("{Enter}");
    expect(get("cert-option-4")).toBeChecked();
    expect(get("cert-dialog")).toBeVisible();
  });

  it("has no search for five", async () => {
    const { user } = await openApp(
      (backend) => (backend.current = overview(colleagues().slice(0, 5))),
    );
    await user.click(get("start-login"));
    await find("cert-dialog");
    expect(screen.queryByTestId("cert-search")).toBeNull();
  });

  it.each([
    ["佐藤花子", 1],
    ["花子 佐藤", 1],
    ["ﾀﾅｶ", null],
    ["ワタナベ", 4],
    ["わたなべ", 4],
    ["ＴＡＮＴＯ０５", 5],
    ["87654321 田中", 2],
    ["𠮷田", 5],
    ["ōno", 6],
    ["\u202E", null],
  ])("finds %s", (query, wanted) => {
    const found = colleagues().filter((each) => matches(each, query));
    expect(found.map((each) => each.id)).toEqual(wanted === null ? [] : [wanted]);
  });

  it("offers the last one, else the only one, else nobody's", () => {
    const all = colleagues();
    const none = all.map((each) => ({ ...each, last_used: false }));
    expect(suggested(all)?.id).toBe(3);
    expect(suggested(none)).toBeNull();
    expect(suggested(none.slice(0, 1))?.id).toBe(1);
    expect(byCompany(all).map((group) => group.length)).toEqual([3, 3]);
  });
});

describe("the ring of days", () => {
  it.each([
    [211, 365, "good"],
    [29, 365, "good"],
    [28, 365, "warn"],
    [8, 365, "warn"],
    [7, 365, "bad"],
    [0, 365, "bad"],
    [-3, 365, "bad"],
    [10_000, 365, "good"],
    [5, 0, "bad"],
  ])("of %i among %i is %s", async (days, of, tone) => {
    const { default: RingOnShell } = await import("./RingOnShell.svelte");
    render(RingOnShell, { props: { days, of, notice: 28 } });
    const ring = screen.getByTestId("ring");
    expect(ring).toHaveAttribute("data-tone", tone);
    expect(ring.querySelector(".number")).toHaveTextContent(String(Math.max(0, days)));
    expect(ring.querySelector(".arc") === null).toBe(days <= 0);
    for (const circle of ring.querySelectorAll(".arc")) {
      const [length] = (circle.getAttribute("stroke-dasharray") ?? "").split(" ").map(Number);
      expect(length).toBeLessThanOrEqual(100);
    }
  });
});

describe("the main menu", () => {
  it("has the services first, then one list of what can be done, and what is left beside them", async () => {
    const app = await openApp();
    await reachMenu(app, { permissions: ["user-administration"] });
    const follows = (first: string, second: string): void =>
      expect(get(first).compareDocumentPosition(get(second))).toBe(
        Node.DOCUMENT_POSITION_FOLLOWING,
      );
    follows("entry-claims", "change-password");
    follows("change-password", "open-transfer");
    follows("open-transfer", "open-administration");
    follows("open-administration", "previous-login");
    const list = get("change-password").closest("ul");
    expect(list).toContainElement(get("open-administration"));
    const rings = screen.getAllByTestId("ring").map((ring) => ring.getAttribute("aria-label"));
    expect(rings).toEqual(["電子証明書の有効期限：あと265日", "パスワードの有効期限：あと80日"]);
  });
});
