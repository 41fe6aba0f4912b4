import { screen, waitFor, within } from "@testing-library/svelte";
import { fireEvent } from "@testing-library/dom";
import { afterEach, describe, expect, it, vi } from "vitest";

import { code, enterCredentials, find, get, namesOf, openApp, type OpenApp } from "./app";
import { failure, type SampleBackend } from "./sample-backend";
import { overview } from "./sample-data";

function fresh(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  return openApp((backend) => {
    backend.current = overview();
    prepare(backend);
  });
}

async function fillNewPassword(
  { user }: OpenApp,
  password: string,
  again = password,
): Promise<void> {
  await user.click(await find("new-password"));
  await user.paste(password);
  await user.click(get("confirm-password"));
  await user.paste(again);
}

afterEach(() => vi.useRealTimers());

describe("issuance", () => {
  it("goes from the initial password to the certificate, and on to the login", async () => {
    const app = await fresh();
    await enterCredentials(app);
    expect(await find("countdown")).toHaveTextContent("3:00");
    await fillNewPassword(app, "Sample#2026");
    expect(get("match")).toBeVisible();
    await app.user.click(get("change-submit"));
    expect(await find("result-card")).toHaveTextContent("株式会社サンプル商事");
    expect(get("result-card")).toHaveTextContent("サンプル電子債権サービス 認証局");
    expect(app.backend.called("startEnrolment")[0]?.args).toEqual([
      1,
      "12345678",
      "kanri01",
      "aB3#kd9%",
      null,
    ]);
    expect(app.backend.called("changeInitialPassword")[0]?.args).toEqual(["Sample#2026"]);
    await app.user.click(get("to-login"));
    expect(await find("cert-option-1")).toBeChecked();
  });

  it("works by keyboard alone", async () => {
    const app = await fresh();
    get("start-issue").focus();
    await app.user.keyboard("{Enter}");
    await find("customer-number");
    for (let presses = 0; document.activeElement !== get("customer-number"); presses++) {
      expect(presses).toBeLessThan(20);
      await app.user.tab();
    }
    await app.user.keyboard("12345678");
    await app.user.tab();
    await app.user.keyboard("kanri01");
    await app.user.tab();
    expect(get("password")).toHaveFocus();
    await app.user.keyboard("aB3#kd9%");
    // The form's own button, wherever it stands: Enter in any field presses it.
    expect(get<HTMLButtonElement>("next").form).toBe(get<HTMLInputElement>("password").form);
    expect(get("next")).toHaveAttribute("type", "submit");
    for (let presses = 0; document.activeElement !== get("next"); presses++) {
      expect(presses).toBeLessThan(10);
      await app.user.tab();
    }
    await app.user.keyboard("{Enter}");
    expect(await find("new-password")).toBeVisible();
  });

  it("always names four stages, one of which a password that is not initial has passed", async () => {
    const app = await fresh((backend) => {
      backend.next = { step: "request-certificate" };
      backend.hanging.add("issueCertificate");
    });
    await app.user.click(get("start-issue"));
    const stages = (): (string | null)[] =>
      within(get("stages"))
        .getAllByRole("listitem")
        .map(
          (stage) =>
            stage.getAttribute("aria-current") ?? (stage.classList.contains("done") ? "done" : ""),
        );
    await find("stages");
    expect(stages()).toEqual(["step", "", "", ""]);
    await app.user.type(get("customer-number"), "12345678");
    await app.user.type(get("user-id"), "kanri01");
    await app.user.type(get("password"), "Sample#2026");
    await app.user.click(get("next"));
    await find("busy");
    await waitFor(() => expect(stages()).toEqual(["done", "done", "step", ""]));
    expect(namesOf(app.backend)).not.toContain("changeInitialPassword");
  });

  it("skips the change for a password that is not initial", async () => {
    const app = await fresh((backend) => (backend.next = { step: "request-certificate" }));
    await enterCredentials(app);
    expect(await find("result-card")).toBeVisible();
    expect(namesOf(app.backend)).not.toContain("changeInitialPassword");
  });

  it("sends nothing while a field cannot be right", async () => {
    const app = await fresh();
    await app.user.click(get("start-issue"));
    await app.user.click(await find("next"));
    expect(screen.getAllByTestId("field-error")).toHaveLength(3);
    expect(get("customer-number")).toHaveFocus();
    for (const [field, text] of [
      ["customer-number", "9".repeat(10_000)],
      ["user-id", "a\0b<script>"],
      ["password", "x".repeat(10_000)],
    ] as const) {
      await app.user.click(get(field));
      await app.user.paste(text);
      expect(get(field)).toHaveValue(text);
    }
    await app.user.click(get("next"));
    expect(screen.getAllByTestId("field-error")).toHaveLength(3);
    expect(namesOf(app.backend)).not.toContain("startEnrolment");
  });

  it("says one thing below a field, in the place of what was said before", async () => {
    const app = await fresh();
    await app.user.click(get("start-issue"));
    const field = await find("customer-number");
    const under = document.getElementById(field.getAttribute("aria-describedby") ?? "");
    const said = (): (string | undefined)[] =>
      [...(under?.children ?? [])].map((line) => (line as HTMLElement).dataset.testid);
    expect(said()).toEqual(["field-wanted"]);
    await app.user.click(get("next"));
    expect(said()).toEqual(["field-error"]);
    await app.user.type(field, "１２");
    expect(said()).toEqual(["field-hint"]);
    await app.user.clear(field);
    expect(said()).toEqual(["field-wanted"]);
    await app.user.type(field, "12345678");
    expect(said()).toEqual(["field-met"]);
  });

  it("shows whom to ask when the user ID is locked", async () => {
    const app = await fresh((backend) => backend.fail("startEnrolment", failure("account-locked")));
    await enterCredentials(app);
    expect(await find("locked-phone")).toHaveTextContent("0120-000-000");
    expect(code()).toBe("account-locked");
    expect(get("locked-user")).toHaveTextContent("kanri01");
    await app.user.click(get("leave"));
    expect(get("start-issue")).toBeVisible();
  });

  it("points out full-width characters and converts them", async () => {
    const app = await fresh();
    await app.user.click(get("start-issue"));
    await app.user.type(await find("customer-number"), "１２３４５６７８");
    await app.user.type(get("user-id"), "ｋａｎｒｉ０１");
    await app.user.type(get("password"), "ａB3#kd9%");
    expect(screen.getAllByTestId("field-hint")).toHaveLength(3);
    await app.user.click(get("convert-customer-number"));
    expect(get("customer-number")).toHaveValue("12345678");
    await app.user.click(get("convert-user-id"));
    expect(get("user-id")).toHaveValue("kanri01");
    expect(screen.queryByTestId("convert-password")).toBeNull();
    await app.user.click(get("next"));
    expect(namesOf(app.backend)).not.toContain("startEnrolment");
  });

  it("points out Caps Lock, and shows the password on demand", async () => {
    const app = await fresh();
    await app.user.click(get("start-issue"));
    await find("password");
    await app.user.click(get("password"));
    await app.user.keyboard("{CapsLock}a");
    expect(get("field-hint")).toHaveTextContent("Caps Lock");
    expect(get("password")).toHaveAttribute("type", "password");
    await app.user.click(get("reveal"));
    expect(get("password")).toHaveAttribute("type", "text");
    expect(get("reveal")).toHaveAttribute("aria-pressed", "true");
  });

  it("can be stopped while it waits, and tried again", async () => {
    const app = await fresh((backend) => void backend.hanging.add("startEnrolment"));
    await enterCredentials(app);
    await find("busy");
    expect(get("busy")).toHaveFocus();
    await app.user.click(get("cancel"));
    await waitFor(() => expect(code()).toBe("cancelled"));
    app.backend.hanging.clear();
    await app.user.click(get("next"));
    expect(await find("new-password")).toBeVisible();
  });

  it("waits as long as the backend says", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await fresh((backend) =>
      backend.fail("startEnrolment", failure("too-many-attempts", { retry_after_seconds: 30 })),
    );
    await enterCredentials(app);
    expect(await find("retry-after")).toHaveTextContent("30秒後に");
    expect(get("next")).toBeDisabled();
    await vi.advanceTimersByTimeAsync(31_000);
    expect(get("next")).toBeEnabled();
  });

  it("tells 初回認証済みです with the way out", async () => {
    const app = await fresh((backend) => backend.fail("startEnrolment", failure("already-issued")));
    await enterCredentials(app);
    await waitFor(() => expect(code()).toBe("already-issued"));
    expect(get("failure")).toHaveTextContent("初回認証済みです");
    expect(get("failure")).toHaveTextContent("再発行");
  });
});

describe("new password", () => {
  it("ticks each rule while typing, and leaves the recent ones to the backend", async () => {
    const app = await fresh();
    await enterCredentials(app);
    await find("new-password");
    expect(get("rule-length").dataset.state).toBe("open");
    await app.user.type(get("new-password"), "sample");
    await waitFor(() => expect(get("rule-letter").dataset.state).toBe("met"));
    expect(get("rule-length").dataset.state).toBe("broken");
    expect(get("rule-digit").dataset.state).toBe("broken");
    expect(get("rule-not-recent").dataset.state).toBe("later");
    // Also where the list is out of sight: how many, and the first of them.
    expect(get("rules-left")).toHaveTextContent("あと2件");
    expect(screen.getByText("あと2件：8文字以上16文字以内")).toBeVisible();
    await app.user.click(get("change-submit"));
    expect(get("field-error")).toBeVisible();
    expect(namesOf(app.backend)).not.toContain("changeInitialPassword");
  });

  it("does not send two different ones", async () => {
    const app = await fresh();
    await enterCredentials(app);
    await fillNewPassword(app, "Sample#2026", "Sample#2027");
    await app.user.click(get("change-submit"));
    expect(await find("field-error")).toHaveTextContent("一致していません");
    expect(get("confirm-password")).toHaveFocus();
    expect(namesOf(app.backend)).not.toContain("changeInitialPassword");
  });

  it("marks the rules that the backend says are broken", async () => {
    const app = await fresh((backend) =>
      backend.fail(
        "changeInitialPassword",
        failure("password-rejected", { rules: ["not-recent"] }),
      ),
    );
    await enterCredentials(app);
    await fillNewPassword(app, "Sample#2026");
    await app.user.click(get("change-submit"));
    await waitFor(() => expect(get("rule-not-recent").dataset.state).toBe("broken"));
    expect(code()).toBe("password-rejected");
    await app.user.type(get("new-password"), "x");
    expect(get("rule-not-recent").dataset.state).toBe("later");
  });

  it("counts down, says so twice, and ends at zero", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const app = await fresh();
    await enterCredentials(app);
    await find("countdown");
    await vi.advanceTimersByTimeAsync(100_000);
    expect(get("announcement")).toHaveTextContent("");
    await vi.advanceTimersByTimeAsync(20_500);
    expect(get("announcement")).toHaveTextContent("残り時間は60秒です");
    await vi.advanceTimersByTimeAsync(30_000);
    expect(get("announcement")).toHaveTextContent("残り時間は30秒です");
    expect(get("countdown")).toHaveTextContent(/^0:(29|30)$/);
    await vi.advanceTimersByTimeAsync(31_000);
    expect(code()).toBe("password-change-expired");
    expect(screen.queryByTestId("new-password")).toBeNull();
    await app.user.click(get("retry"));
    expect(get("customer-number")).toHaveValue("12345678");
    expect(get("password")).toHaveValue("");
  });

  it("starts again when the initial password was changed elsewhere", async () => {
    const app = await fresh((backend) =>
      backend.fail("changeInitialPassword", failure("password-not-initial")),
    );
    await enterCredentials(app);
    await fillNewPassword(app, "Sample#2026");
    await app.user.click(get("change-submit"));
    await waitFor(() => expect(code()).toBe("password-not-initial"));
    await app.user.click(get("retry"));
    expect(get("password")).toBeVisible();
  });
});

describe("issuing", () => {
  it("shows which step failed and goes on with the same key", async () => {
    const app = await fresh((backend) => {
      backend.next = { step: "request-certificate" };
      backend.steps = ["make-key", "request"];
      backend.fail("issueCertificate", failure("timed-out", { place: "service.sample.example" }));
    });
    await enterCredentials(app);
    await waitFor(() => expect(code()).toBe("timed-out"));
    expect(get("step-make-key").dataset.state).toBe("done");
    expect(get("step-request").dataset.state).toBe("failed");
    expect(get("step-store").dataset.state).toBe("waiting");
    await app.user.click(get("retry"));
    expect(await find("result-card")).toBeVisible();
    expect(app.backend.called("issueCertificate")).toHaveLength(2);
    expect(app.backend.called("startEnrolment")).toHaveLength(1);
  });

  it("can be stopped", async () => {
    const app = await fresh((backend) => {
      backend.next = { step: "request-certificate" };
      backend.steps = ["make-key", "request"];
      backend.hanging.add("issueCertificate");
    });
    await enterCredentials(app);
    expect(
      await screen.findByText("電子証明書を発行しています。しばらくお待ちください。"),
    ).toBeVisible();
    expect(get("step-request").dataset.state).toBe("running");
    await app.user.click(get("cancel"));
    await waitFor(() => expect(code()).toBe("cancelled"));
    expect(get("retry")).toBeEnabled();
  });

  it("ignores what an input method composes", async () => {
    const app = await fresh();
    await app.user.click(get("start-issue"));
    const field = await find("user-id");
    await fireEvent.compositionStart(field);
    await fireEvent.input(field, { target: { value: "か" } });
    expect(screen.queryByTestId("field-hint")).toBeNull();
    await fireEvent.compositionEnd(field);
    expect(await find("field-hint")).toBeVisible();
  });
});
