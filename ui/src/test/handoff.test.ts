import { screen, waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { HandoffView } from "../backend";
import { STRAY_MILLISECONDS } from "../model/ready.svelte";
import { code, find, get, openApp, reachMenu, type OpenApp } from "./app";
import { failure } from "./sample-backend";
import { FIREFOX, handoff } from "./sample-data";

beforeEach(() => void vi.useFakeTimers({ shouldAdvanceTime: true }));
afterEach(() => void vi.useRealTimers());

const later = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

/** The main menu, where the entry that signs in was opened; what becomes of it is told one by one. */
async function opened(...views: HandoffView[]): Promise<OpenApp> {
  const app = await openApp((backend) => void (backend.handoffViews = views), {
    advanceTimers: (milliseconds) => vi.advanceTimersByTime(milliseconds),
  });
  await reachMenu(app);
  await app.user.click(get("entry-claims"));
  return app;
}

function told(): string | undefined {
  return screen.queryByTestId("handoff")?.dataset.state;
}

describe("an entry that signs in", () => {
  it("says so before the click, and the others do not", async () => {
    await reachMenu(await openApp());
    expect(get("entry-claims")).toHaveTextContent("ログインした状態でブラウザで開きます");
    expect(get("entry-requests")).not.toHaveTextContent("ログインした状態");
    expect(get("entry-requests")).toHaveTextContent("ブラウザで開きます");
  });

  it("is followed until it is open, and says where", async () => {
    const { backend } = await opened(
      handoff("waiting"),
      handoff("asking", FIREFOX),
      handoff("opened", FIREFOX),
    );
    await waitFor(() => expect(told()).toBe("waiting"));
    expect(get("announcement")).toHaveTextContent("「債権照会」をブラウザで開いています。");
    await later(2100);
    expect(told()).toBe("asking");
    expect(get("announcement")).toHaveTextContent("ブラウザでお答えください");
    await later(1000);
    expect(told()).toBe("opened");
    expect(get("handoff")).toHaveTextContent("Firefox（10.0.0.5）で「債権照会」を開きました。");
    expect(get("announcement")).toHaveTextContent("開きました");
    expect(backend.called("openEntry")[0]?.args).toEqual(["claims"]);
    expect(backend.called("handoff")[0]?.args).toEqual(["handoff-1"]);
  });

  it("is opened as ever where it does not sign in", async () => {
    const app = await openApp();
    await reachMenu(app);
    await app.user.click(get("entry-requests"));
    await waitFor(() =>
      expect(get("announcement")).toHaveTextContent("「買取請求」をブラウザで開きました。"),
    );
    await later(10_000);
    expect(app.backend.called("handoff")).toEqual([]);
    expect(screen.queryByTestId("handoff")).toBeNull();
  });

  it("asks nobody any more once its time is over, whatever the backend says", async () => {
    const { backend } = await opened(handoff("waiting"));
    await later(80_000);
    expect(told()).toBe("expired");
    const asked = backend.called("handoff").length;
    expect(asked).toBeGreaterThan(30);
    expect(asked).toBeLessThan(90);
    await later(300_000);
    expect(backend.called("handoff")).toHaveLength(asked);
  });

  it.each([
    ["declined", "中止しました"],
    ["expired", "時間内にブラウザが応答しなかった"],
  ] as const)("offers to begin again after: %s", async (state, said) => {
    const { backend, user } = await opened(handoff(state, null, 0));
    await later(1100);
    expect(told()).toBe(state);
    expect(get("handoff")).toHaveTextContent(said);
    expect(get("announcement")).toHaveTextContent(said);
    backend.handoffViews = [handoff("opened", FIREFOX)];
    await user.click(get("handoff-again"));
    await later(1100);
    expect(told()).toBe("opened");
    expect(backend.called("openEntry")).toHaveLength(2);
    expect(backend.called("handoff").at(-1)?.args).toEqual(["handoff-2"]);
  });

  it("survives a moment without a connection", async () => {
    const { backend } = await opened(handoff("waiting"), handoff("opened", FIREFOX));
    await waitFor(() => expect(told()).toBe("waiting"));
    backend.fail("handoff", failure("timed-out"), failure("backend-unreachable"));
    await later(2100);
    expect(told()).toBe("waiting");
    await later(2100);
    expect(told()).toBe("opened");
  });

  it("says that the browser could not be started", async () => {
    const app = await openApp((backend) => backend.fail("openEntry", failure("browser-failed")));
    await reachMenu(app);
    await app.user.click(get("entry-claims"));
    await waitFor(() => expect(code()).toBe("browser-failed"));
    expect(screen.queryByTestId("handoff")).toBeNull();
  });

  it("says why nothing more can be heard of it", async () => {
    const { backend, user } = await opened(handoff("waiting"));
    backend.fail("handoff", failure("handoff-unknown"));
    await later(1100);
    expect(code()).toBe("handoff-unknown");
    backend.handoffViews = [handoff("opened", FIREFOX)];
    await user.click(get("retry"));
    await later(1100);
    expect(told()).toBe("opened");
  });

  it("is forgotten with the login, also when the backend ends it", async () => {
    const { backend, user } = await opened(handoff("waiting"));
    await waitFor(() => expect(told()).toBe("waiting"));
    await user.click(get("logout"));
    await find("start-login");
    const asked = backend.called("handoff").length;
    await later(10_000);
    expect(backend.called("handoff")).toHaveLength(asked);

    await reachMenu({ backend, user, shell: undefined as never });
    expect(screen.queryByTestId("handoff")).toBeNull();
    await user.click(get("entry-claims"));
    backend.fail("handoff", failure("account-suspended"));
    await later(1100);
    expect(code()).toBe("account-suspended");
    expect(screen.queryByTestId("main-menu")).toBeNull();
  });

  it("leads to the help about what the browser may show", async () => {
    const { user } = await opened(handoff("opened", FIREFOX));
    await later(1100);
    await user.click(get("handoff-help"));
    expect(await find("help")).toHaveTextContent("handoff-used");
  });
});

describe("the app's own question", () => {
  const question = handoff("confirm", FIREFOX);

  it("names the browser and where it is, has いいえ first and focused, and takes no stray yes", async () => {
    const { backend, user } = await opened(question);
    await later(1000);
    const dialog = await find("handoff-question");
    expect(dialog).toHaveTextContent("ご本人の操作ですか？");
    expect(dialog).toHaveTextContent("「債権照会」が、Firefox（10.0.0.5）で開かれました。");
    expect(dialog).not.toHaveTextContent("異なる接続元");
    const buttons = [...dialog.querySelectorAll("button")].map((button) => button.dataset.testid);
    expect(buttons).toEqual(["handoff-no", "handoff-yes"]);
    expect(get("handoff-no")).toHaveFocus();
    expect(get("handoff-yes")).toBeDisabled();
    await later(STRAY_MILLISECONDS);
    await user.keyboard("{Tab}");
    expect(get("handoff-yes")).toHaveFocus();
    await user.keyboard("{Enter}");
    await waitFor(() => expect(told()).toBe("opened"));
    expect(backend.called("answerHandoff")[0]?.args).toEqual(["handoff-1", true]);
    expect(screen.queryByTestId("handoff-question")).toBeNull();
  });

  it.each([
    ["いいえ", async ({ user }: OpenApp) => user.click(get("handoff-no"))],
    ["Enter at once", async ({ user }: OpenApp) => user.keyboard("{Enter}")],
    ["Esc", async ({ user }: OpenApp) => user.keyboard("{Escape}")],
  ])("is answered with no by: %s", async (_name, press) => {
    const app = await opened(question);
    await later(1000);
    await find("handoff-question");
    await press(app);
    await waitFor(() => expect(told()).toBe("declined"));
    expect(app.backend.called("answerHandoff")[0]?.args).toEqual(["handoff-1", false]);
  });

  it("warns of another address than this PC's", async () => {
    await opened(handoff("confirm", { ...FIREFOX, same_address: false }));
    await later(1000);
    expect(await find("handoff-question")).toHaveTextContent("このパソコンと異なる接続元です。");
  });

  it("comes up on whatever screen of the login the user is", async () => {
    const { user } = await opened(handoff("waiting"), question);
    await waitFor(() => expect(told()).toBe("waiting"));
    await user.click(get("open-transfer"));
    await find("transfer-start");
    await later(2100);
    expect(await find("handoff-question")).toBeVisible();
  });

  it("is gone when its time is over", async () => {
    const { backend } = await opened(question);
    await later(1000);
    await find("handoff-question");
    backend.handoffViews = [handoff("expired", FIREFOX, 0)];
    await later(1100);
    expect(screen.queryByTestId("handoff-question")).toBeNull();
    expect(told()).toBe("expired");
  });

  it("says why the answer was not heard", async () => {
    const { backend, user } = await opened(question);
    backend.fail("answerHandoff", failure("handoff-unknown"));
    await later(1000);
    await find("handoff-question");
    await user.click(get("handoff-no"));
    await waitFor(() => expect(code()).toBe("handoff-unknown"));
  });
});

describe("an address that is used twice", () => {
  it("is warned of, also after the first use had opened the page", async () => {
    const { backend, user } = await opened(handoff("opened", FIREFOX));
    await later(1100);
    expect(told()).toBe("opened");
    backend.handoffViews = [handoff("replayed", FIREFOX, 0)];
    await user.click(get("open-transfer"));
    await find("transfer-start");
    await later(5100);
    const warning = await find("handoff-warning");
    expect(warning).toHaveTextContent("2回使用されました");
    expect(warning).toHaveTextContent("対象のサービス：債権照会");
    expect(warning).toHaveTextContent("サンプルファクター お問い合わせ窓口");
    expect(get("announcement")).toHaveTextContent("2回使用されました");
    expect(get("handoff-warning-close")).toHaveFocus();
    await user.keyboard("{Enter}");
    expect(screen.queryByTestId("handoff-warning")).toBeNull();
  });

  it("names the help desk in the language of the app", async () => {
    const { backend, shell } = await opened(handoff("opened", FIREFOX));
    await shell.settings.change({ language: "en" });
    backend.handoffViews = [handoff("replayed", FIREFOX, 0)];
    await later(5100);
    expect(await find("handoff-warning")).toHaveTextContent("Sample Factor Help Desk");
  });

  it("is watched for two minutes after the page was opened, and no longer", async () => {
    const { backend } = await opened(handoff("opened", FIREFOX));
    await later(110_000);
    const watched = backend.called("handoff").length;
    await later(10_000);
    expect(backend.called("handoff").length).toBeGreaterThan(watched);
    await later(20_000);
    const asked = backend.called("handoff").length;
    await later(300_000);
    expect(backend.called("handoff")).toHaveLength(asked);
    expect(told()).toBe("opened");
  });

  it("is warned of for an earlier entry too", async () => {
    const { backend, user } = await opened(handoff("opened", FIREFOX));
    await later(1100);
    await user.click(get("entry-claims"));
    await later(1100);
    backend.handoffViews = [handoff("replayed", FIREFOX, 0), handoff("opened", FIREFOX)];
    await later(5100);
    expect(await find("handoff-warning")).toBeVisible();
  });
});
