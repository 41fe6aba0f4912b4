import { screen, waitFor, within } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import {
  code,
  enterPassword,
  find,
  get,
  openApp,
  paste,
  reachMenu,
  reachPassword,
  type OpenApp,
} from "./app";
import { failure, type SampleBackend } from "./sample-backend";
import { identity, overview, POLICY, session } from "./sample-data";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const STORED = identity(1, { kind: "renew-soon", days_left: 12 }, { renewal: "stored" });

async function menu(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  const app = await openApp(prepare);
  await reachMenu(app, { renewable: true });
  return app;
}

function states(): (string | undefined)[] {
  return ["obtain", "store", "start-use"].map((step) => get(`step-${step}`).dataset.state);
}

describe("renewal", () => {
  it("is offered only when the backend says that it is time", async () => {
    const app = await openApp();
    await reachMenu(app);
    expect(screen.queryByTestId("renew")).toBeNull();
  });

  it("renews and starts the use in one click, and goes on with the new certificate", async () => {
    const { backend, user } = await menu();
    await user.click(get("renew"));
    expect(await find("renewal")).toHaveTextContent("「ご利用開始」まで完了します");
    expect(states()).toEqual(["waiting", "waiting", "waiting"]);
    await user.click(get("renewal-start"));
    expect(await find("renewal-done")).toHaveTextContent(
      "新しい電子証明書のご利用を開始しました。",
    );
    expect(states()).toEqual(["done", "done", "done"]);
    expect(get("renewed-until")).toBeVisible();
    expect(get("announcement")).toHaveTextContent("ご利用を開始しました");
    expect(backend.called("renewCertificate")).toHaveLength(1);
    await user.click(get("to-menu"));
    expect(await find("menu-news")).toHaveTextContent("電子証明書を更新しました。");
    expect(screen.queryByTestId("certificate-notice")).toBeNull();
  });

  it.each([
    ["obtain", ["failed", "waiting", "waiting"]],
    ["store", ["done", "failed", "waiting"]],
    ["start-use", ["done", "done", "failed"]],
  ] as const)("shows that %s failed, and goes on when tried again", async (last, expected) => {
    const steps = ["obtain", "store", "start-use"] as const;
    const { backend, user } = await menu((prepared) => {
      prepared.renewalSteps = steps.slice(0, steps.indexOf(last) + 1);
      prepared.fail("renewCertificate", failure("timed-out", { place: "service.sample.example" }));
    });
    await user.click(get("renew"));
    await user.click(await find("renewal-start"));
    await waitFor(() => expect(code()).toBe("timed-out"));
    expect(states()).toEqual(expected);
    expect(get("renewal")).toHaveTextContent("現在の電子証明書は、有効期限までご利用いただけます");
    backend.renewalSteps = [...steps];
    await user.click(get("retry"));
    expect(await find("renewal-done")).toBeVisible();
    expect(screen.queryByTestId("failure")).toBeNull();
    expect(backend.called("renewCertificate")).toHaveLength(2);
  });

  it("cannot be left while it runs, but stopped", async () => {
    const { backend, user } = await menu((prepared) => {
      prepared.renewalSteps = ["obtain"];
      prepared.hanging.add("renewCertificate");
    });
    await user.click(get("renew"));
    await user.click(await find("renewal-start"));
    await find("busy");
    expect(get("back-to-menu")).toBeDisabled();
    expect(states()).toEqual(["running", "waiting", "waiting"]);
    backend.navigate({ screen: "start" });
    expect(get("renewal")).toBeVisible();
    await user.click(get("cancel"));
    await waitFor(() => expect(code()).toBe("cancelled"));
    expect(get("back-to-menu")).toBeEnabled();
  });

  it("offers no further try when there is none", async () => {
    const { user } = await menu((prepared) =>
      prepared.fail("renewCertificate", failure("renewal-too-early")),
    );
    await user.click(get("renew"));
    await user.click(await find("renewal-start"));
    await waitFor(() => expect(code()).toBe("renewal-too-early"));
    expect(screen.queryByTestId("retry")).toBeNull();
    await user.click(get("back-to-menu"));
    expect(await find("main-menu")).toBeVisible();
  });

  it("ends with a session that is over", async () => {
    const { user } = await menu((prepared) =>
      prepared.fail("renewCertificate", failure("session-ended")),
    );
    await user.click(get("renew"));
    await user.click(await find("renewal-start"));
    await waitFor(() => expect(code()).toBe("session-ended"));
    expect(get("start-login")).toBeVisible();
  });
});

describe("finishing a renewal", () => {
  async function finishing(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
    const app = await openApp((backend) => {
      backend.current = overview([STORED]);
      prepare(backend);
    });
    await app.user.click(get("finish-renewal-1"));
    await find("finish");
    return app;
  }

  it("takes one click and no password, and leads to the login", async () => {
    const { backend, user } = await finishing();
    expect(get("finish")).toHaveTextContent("パスワードの入力は必要ありません");
    // It is stored already; what is left is its use, under the button that the text names.
    expect(states()).toEqual(["done", "done", "waiting"]);
    expect(get("finish")).toHaveTextContent(`「${get("finish-start").textContent}」を押すと`);
    await user.click(get("finish-start"));
    expect(await find("finish-done")).toHaveTextContent("ご利用を開始しました");
    expect(states()).toEqual(["done", "done", "done"]);
    expect(backend.called("finishRenewal")[0]?.args).toEqual([1]);
    await user.click(get("to-login"));
    expect(await find("cert-option-1")).toBeChecked();
    expect(screen.queryByTestId("finish-renewal-1")).toBeNull();
  });

  it("can be put off", async () => {
    const { user } = await finishing();
    await user.click(get("leave"));
    expect(await find("finish-renewal-1")).toBeVisible();
  });

  it("can be tried again, and stopped", async () => {
    const { backend, user } = await finishing((prepared) =>
      prepared.fail(
        "finishRenewal",
        failure("backend-unreachable", { place: "service.sample.example" }),
      ),
    );
    await user.click(get("finish-start"));
    await waitFor(() => expect(code()).toBe("backend-unreachable"));
    expect(states()).toEqual(["done", "done", "failed"]);
    backend.hanging.add("finishRenewal");
    await user.click(get("retry"));
    await user.click(await find("cancel"));
    await waitFor(() => expect(code()).toBe("cancelled"));
    backend.hanging.clear();
    await user.click(get("retry"));
    expect(await find("finish-done")).toBeVisible();
  });

  it("has nothing left to finish when another renewal was faster", async () => {
    const { user } = await finishing((prepared) =>
      prepared.fail("finishRenewal", failure("renewal-outdated")),
    );
    await user.click(get("finish-start"));
    await waitFor(() => expect(code()).toBe("renewal-outdated"));
    expect(screen.queryByTestId("retry")).toBeNull();
    expect(screen.queryByTestId("step-start-use")).toBeNull();
    await user.click(get("leave"));
    expect(get("start-login")).toBeVisible();
  });

  it("is where the tray and a notification lead", async () => {
    const { backend } = await openApp((prepared) => (prepared.current = overview([STORED])));
    backend.navigate({ screen: "finish-renewal", identity_id: 1 });
    expect(await find("finish")).toBeVisible();
    // What has been finished meanwhile leads to the start.
    backend.navigate({ screen: "finish-renewal", identity_id: 2 });
    expect(await find("start-login")).toBeVisible();
  });

  it("says how to go on with a renewal that was cut off earlier", async () => {
    const cut = identity(1, { kind: "renew-soon", days_left: 12 }, { renewal: "key-ready" });
    await openApp((prepared) => (prepared.current = overview([cut])));
    expect(get("identity-1")).toHaveTextContent(
      "ログイン後、「証明書更新」を押すと続きから再開できます",
    );
    expect(screen.queryByTestId("finish-renewal-1")).toBeNull();
  });
});

describe("own password", () => {
  async function changing(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
    const app = await openApp(prepare);
    await reachMenu(app);
    await app.user.click(get("change-password"));
    await find("current-password");
    return app;
  }

  async function fill(app: OpenApp, current = "Sample#2026"): Promise<void> {
    await paste(app, "current-password", current);
    await paste(app, "new-password", "Sample#2027");
    await paste(app, "confirm-password", "Sample#2027");
    await app.user.click(get("change-submit"));
  }

  it("is changed with the current one, and the session stays", async () => {
    const app = await changing();
    expect(get("countdown")).toHaveTextContent("3:00");
    await fill(app);
    expect(await find("menu-news")).toHaveTextContent("パスワードを変更しました。");
    expect(app.backend.called("startPasswordChange")).toHaveLength(1);
    expect(app.backend.called("changePassword")[0]?.args).toEqual(["Sample#2027", "Sample#2026"]);
    expect(get("announcement")).toHaveTextContent("パスワードを変更しました。");
  });

  it("keeps its time in sight of every field, and warns of its end", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    await changing();
    // In the bar below, which does not scroll with the fields.
    expect(get("action-bar")).toContainElement(get("time-left"));
    expect(get("action-bar")).toContainElement(get("change-submit"));
    expect(get("action-bar").closest(".work")).toBeNull();
    expect(get("time-left").dataset.tone).toBe("good");
    await vi.advanceTimersByTimeAsync(119_000);
    expect(get("time-left").dataset.tone).toBe("good");
    await vi.advanceTimersByTimeAsync(1_500);
    expect(get("time-left").dataset.tone).toBe("warn");
    expect(get("announcement")).toHaveTextContent("60秒");
    expect(get("announcement")).toHaveTextContent("最初からやり直せます");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(get("time-left").dataset.tone).toBe("bad");
    expect(get("announcement")).toHaveTextContent("30秒");
  });

  it("is not sent without the current one", async () => {
    const app = await changing();
    await app.user.click(get("change-submit"));
    await waitFor(() => expect(get("current-password")).toHaveFocus());
    expect(screen.getAllByTestId("field-error").length).toBeGreaterThanOrEqual(2);
    expect(app.backend.called("changePassword")).toHaveLength(0);
  });

  it("can be tried again after a wrong current one, which locks nobody", async () => {
    const app = await changing((backend) =>
      backend.fail("changePassword", failure("current-password-wrong")),
    );
    await fill(app, "Wrong#2026");
    await waitFor(() => expect(code()).toBe("current-password-wrong"));
    await waitFor(() => expect(get("current-password")).toHaveFocus());
    expect(get("new-password")).toHaveValue("Sample#2027");
    await paste(app, "current-password", "Sample#2026");
    await app.user.click(get("change-submit"));
    expect(await find("menu-news")).toBeVisible();
  });

  it("waits when it is tried too often", async () => {
    const app = await changing((backend) =>
      backend.fail("changePassword", failure("too-many-attempts", { retry_after_seconds: 30 })),
    );
    await fill(app);
    expect(await find("retry-after")).toHaveTextContent("30秒後に");
    expect(get("change-submit")).toBeDisabled();
  });

  it("ends after three minutes, and can be begun anew", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await changing();
    await vi.advanceTimersByTimeAsync(181_000);
    expect(code()).toBe("password-change-expired");
    expect(screen.queryByTestId("current-password")).toBeNull();
    await app.user.click(get("retry"));
    expect(await find("current-password")).toHaveValue("");
    expect(get("countdown")).toHaveTextContent("3:00");
    expect(app.backend.called("startPasswordChange")).toHaveLength(2);
  });

  it.each(["cancel", "back-to-menu"])("is left with %s, and the session stays", async (button) => {
    const app = await changing();
    await app.user.click(get(button));
    expect(await find("main-menu")).toBeVisible();
    expect(app.backend.called("leavePasswordChange")).toHaveLength(1);
    expect(screen.queryByTestId("menu-news")).toBeNull();
  });

  it("says on the main menu why it cannot be changed", async () => {
    const app = await openApp((backend) =>
      backend.fail("startPasswordChange", failure("backend-busy")),
    );
    await reachMenu(app, { password_notice: true });
    await app.user.click(within(get("password-notice")).getByRole("button"));
    await waitFor(() => expect(code()).toBe("backend-busy"));
    expect(get("main-menu")).toBeVisible();
  });

  it("ends with a session that is over", async () => {
    const app = await changing((backend) =>
      backend.fail("changePassword", failure("account-suspended")),
    );
    await fill(app);
    await waitFor(() => expect(code()).toBe("account-suspended"));
    expect(get("start-login")).toBeVisible();
  });
});

describe("expired password", () => {
  async function expired(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
    const app = await openApp((backend) => {
      backend.loginView = {
        outcome: "password-change-required",
        reason: "expired",
        expires_in: 180,
        password_policy: POLICY,
      };
      prepare(backend);
    });
    await reachPassword(app);
    await enterPassword(app);
    await find("new-password");
    return app;
  }

  async function fill(app: OpenApp): Promise<void> {
    await paste(app, "new-password", "Sample#2027");
    await paste(app, "confirm-password", "Sample#2027");
    await app.user.click(get("change-submit"));
  }

  it("is changed without the current one, which completes the login", async () => {
    const app = await expired();
    expect(screen.queryByTestId("current-password")).toBeNull();
    await fill(app);
    expect(await find("main-menu")).toBeVisible();
    expect(app.backend.called("changePassword")[0]?.args).toEqual(["Sample#2027", null]);
    expect(app.backend.called("startPasswordChange")).toHaveLength(0);
  });

  it("names the rules that the new one breaks", async () => {
    const app = await expired((backend) =>
      backend.fail("changePassword", failure("password-rejected", { rules: ["not-recent"] })),
    );
    await fill(app);
    await waitFor(() => expect(get("rule-not-recent").dataset.state).toBe("broken"));
    await waitFor(() => expect(get("new-password")).toHaveFocus());
  });

  it("leads back to the login when the time is over", async () => {
    const app = await expired((backend) =>
      backend.fail("changePassword", failure("password-change-expired")),
    );
    await fill(app);
    await waitFor(() => expect(code()).toBe("password-change-expired"));
    await app.user.click(get("retry"));
    expect(await find("cert-option-1")).toBeChecked();
  });

  it("can be left for the start", async () => {
    const app = await expired();
    await app.user.click(get("cancel"));
    expect(await find("start-login")).toBeVisible();
  });
});

describe("replacing the PC", () => {
  async function transferring(
    prepare: (backend: SampleBackend) => void = () => {},
  ): Promise<OpenApp> {
    const app = await openApp(prepare);
    await reachMenu(app);
    await app.user.click(get("open-transfer"));
    await find("transfer-start");
    return app;
  }

  it("shows a code on the old PC, with the time that it is good for", async () => {
    const app = await transferring();
    expect(screen.queryByTestId("transfer-code")).toBeNull();
    await app.user.click(get("transfer-start"));
    expect(await find("transfer-code")).toHaveTextContent("7KXM-2QRD-9HVT");
    expect(get("transfer-left")).toHaveTextContent(/^30:00$|^29:59$/);
    expect(get("transfer")).toHaveTextContent("一度だけ使用できます");
  });

  it("puts the code above its explanation, into sight, with the focus beside it", async () => {
    const app = await transferring();
    const shown = vi.spyOn(Element.prototype, "scrollIntoView");
    await app.user.click(get("transfer-start"));
    const letters = await find("transfer-code");
    await waitFor(() => expect(get("transfer-copy")).toHaveFocus());
    const brought = shown.mock.contexts.find((element) =>
      (element as Element).contains(letters),
    ) as Element;
    expect(brought).toContainElement(get("transfer-copy"));
    // Small enough for a window of 480 × 480 with text at 200 %: the code, its name, its button.
    expect(brought).not.toContainElement(get("transfer-left"));
    expect(get("action-bar")).toContainElement(get("transfer-left"));
    // It has taken the place of the step that made it.
    expect(screen.queryByText(/このパソコンで「移行コードを表示」を押します/)).toBeNull();
    expect(letters.compareDocumentPosition(get("transfer-copy"))).toBe(
      Node.DOCUMENT_POSITION_FOLLOWING,
    );
    const steps = screen.getByRole("list");
    expect(letters.compareDocumentPosition(steps)).toBe(Node.DOCUMENT_POSITION_FOLLOWING);
    shown.mockRestore();
  });

  it("copies the code, or says that it could not", async () => {
    const app = await transferring();
    await app.user.click(get("transfer-start"));
    await app.user.click(await find("transfer-copy"));
    expect(await screen.findByText(/コピーしました。90秒後に/)).toBeVisible();
    // A secret: it does not stay.
    expect(app.backend.called("copy").at(-1)?.args).toEqual(["7KXM-2QRD-9HVT", true]);
    expect(await navigator.clipboard.readText()).toBe("7KXM-2QRD-9HVT");
    app.backend.fail("copy", failure("app-failed"));
    await app.user.click(get("transfer-copy"));
    expect(await screen.findByText(/コピーできませんでした/)).toBeVisible();
  });

  it("takes the code away when its time is over, and makes another", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await openApp();
    await reachMenu(app, { idle_seconds: 7200 });
    await app.user.click(get("open-transfer"));
    await app.user.click(await find("transfer-start"));
    await find("transfer-code");
    await vi.advanceTimersByTimeAsync(1_801_000);
    expect(screen.queryByTestId("transfer-code")).toBeNull();
    expect(get("transfer")).toHaveTextContent("制限時間が過ぎました");
    expect(get("announcement")).toHaveTextContent("制限時間が過ぎました");
    await app.user.click(get("transfer-start"));
    expect(await find("transfer-code")).toBeVisible();
    expect(app.backend.called("createTransferCode")).toHaveLength(2);
  });

  it("says why there is no code, and tries again", async () => {
    const app = await transferring((backend) =>
      backend.fail("createTransferCode", failure("timed-out")),
    );
    await app.user.click(get("transfer-start"));
    await waitFor(() => expect(code()).toBe("timed-out"));
    await app.user.click(get("retry"));
    expect(await find("transfer-code")).toBeVisible();
    await app.user.click(get("back-to-menu"));
    expect(await find("main-menu")).toBeVisible();
  });

  async function entering(typed: string): Promise<OpenApp> {
    const app = await openApp((backend) => {
      backend.current = overview();
      backend.next = { step: "request-certificate" };
    });
    await app.user.click(get("start-issue"));
    await paste(app, "customer-number", "12345678");
    await paste(app, "user-id", "kanri01");
    await paste(app, "password", "Sample#2026");
    await app.user.click(get("transfer-offer"));
    await paste(app, "transfer-code-input", typed);
    await app.user.click(get("next"));
    return app;
  }

  it.each(["7KXM-2QRD-9HVT", "7kxm2qrd9hvt", " ７ＫＸＭ‐２ＱＲＤ‐９ＨＶＴ ", "7KXM 2QRD 9HVT"])(
    "takes the code on the new PC as people type it: %s",
    async (typed) => {
      const app = await entering(typed);
      expect(await find("result-card")).toBeVisible();
      expect(app.backend.called("startEnrolment")[0]?.args).toEqual([
        1,
        "12345678",
        "kanri01",
        "Sample#2026",
        "7KXM2QRD9HVT",
      ]);
      expect(document.body).toHaveTextContent(
        "最初にログインすると、旧パソコンの電子証明書は使用できなくなります",
      );
    },
  );

  it.each(["", "7KXM-2QRD", "7KXM-2QRD-9HV0", "7KXM-2QRD-9HVTX"])(
    "does not send what is no code: %j",
    async (typed) => {
      const app = await openApp((backend) => (backend.current = overview()));
      await app.user.click(get("start-issue"));
      await paste(app, "customer-number", "12345678");
      await paste(app, "user-id", "kanri01");
      await paste(app, "password", "Sample#2026");
      await app.user.click(get("transfer-offer"));
      if (typed !== "") await paste(app, "transfer-code-input", typed);
      await app.user.click(get("next"));
      expect(await find("field-error")).toBeVisible();
      expect(get("transfer-code-input")).toHaveFocus();
      expect(app.backend.called("startEnrolment")).toHaveLength(0);
    },
  );

  it("offers the code to whoever already has a certificate elsewhere", async () => {
    const app = await openApp((backend) => {
      backend.current = overview();
      backend.fail("startEnrolment", failure("already-issued"), failure("transfer-code-invalid"));
    });
    await app.user.click(get("start-issue"));
    await paste(app, "customer-number", "12345678");
    await paste(app, "user-id", "kanri01");
    await paste(app, "password", "Sample#2026");
    await app.user.click(get("next"));
    await waitFor(() => expect(code()).toBe("already-issued"));
    expect(get("transfer-offer")).toBeChecked();
    await paste(app, "transfer-code-input", "7KXM-2QRD-9HVT");
    await app.user.click(get("next"));
    await waitFor(() => expect(code()).toBe("transfer-code-invalid"));
    expect(get("transfer-code-input")).toHaveValue("7KXM-2QRD-9HVT");
  });
});

describe("coming back to the main menu", () => {
  it("shows the session as it is now", async () => {
    const app = await menu();
    await app.user.click(get("open-transfer"));
    app.backend.sessionView = session({ renewable: false });
    await app.user.click(await find("back-to-menu"));
    await find("main-menu");
    expect(screen.queryByTestId("certificate-notice")).toBeNull();
  });

  it("ends at the start when the session is over", async () => {
    const app = await menu((backend) => backend.fail("session", failure("session-ended")));
    await app.user.click(get("open-transfer"));
    await app.user.click(await find("back-to-menu"));
    await waitFor(() => expect(code()).toBe("session-ended"));
  });
});
