import { screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";

import { ACTORS, type DiagnosisResult } from "../backend";
import { catalogues } from "../text";
import { DIAGNOSABLE } from "../text/failure";
import { code, find, get, openApp, type OpenApp } from "./app";
import { failure, type SampleBackend } from "./sample-backend";

function result(changes: Partial<DiagnosisResult>): DiagnosisResult {
  return {
    check: "clock",
    subject: null,
    outcome: { kind: "passed" },
    facts: [],
    milliseconds: 1,
    ...changes,
  };
}

const TROUBLE: DiagnosisResult[] = [
  result({
    check: "proxy",
    subject: "service.sample.example:8444",
    facts: [
      { name: "route", value: "proxy" },
      { name: "proxy", value: "proxy.sample.example:8080" },
    ],
  }),
  result({
    check: "tls-interception",
    outcome: {
      kind: "failed",
      failure: failure("tls-intercepted", { place: "service.sample.example" }),
    },
    facts: [{ name: "presented-issuer", value: "Sample Security Appliance" }],
  }),
  result({ check: "backend", outcome: { kind: "skipped", because: "earlier-failure" } }),
  result({
    check: "certificate-validity",
    subject: "株式会社サンプル商事 kanri01",
    outcome: { kind: "warning", because: "renew-soon" },
    facts: [
      { name: "not-after", value: Date.UTC(2026, 10, 23, 1, 5) / 1000 },
      { name: "protection", value: "software" },
      { name: "free-bytes", value: 3 * 1024 ** 3 },
    ],
  }),
];

async function diagnosing(prepare: (backend: SampleBackend) => void = () => {}): Promise<OpenApp> {
  const app = await openApp(prepare);
  await app.user.click(get("open-diagnosis"));
  await find("diagnosis");
  return app;
}

describe("diagnosis", () => {
  it("begins at once, and says that all is well", async () => {
    const app = await diagnosing();
    expect(await find("diagnosis-summary")).toHaveTextContent("問題は見つかりませんでした。");
    expect(get("diagnosis-summary").dataset.problems).toBe("0");
    for (const check of ["name-resolution", "clock", "keystore"]) {
      expect(get(`check-${check}`).dataset.outcome).toBe("passed");
    }
    expect(get("announcement")).toHaveTextContent("問題は見つかりませんでした。");
    expect(document.title).toMatch(/^接続診断/);
    await app.user.click(get("diagnosis-run"));
    await waitFor(() => expect(app.backend.called("diagnose")).toHaveLength(2));
    expect(screen.getAllByTestId("check-clock")).toHaveLength(1);
  });

  it("shows each result as it comes, and keeps them when it is stopped", async () => {
    const app = await diagnosing((backend) => void backend.hanging.add("diagnose"));
    expect(await find("check-clock")).toBeVisible();
    expect(screen.queryByTestId("diagnosis-summary")).toBeNull();
    expect(screen.queryByTestId("support-bundle")).toBeNull();
    await app.user.click(get("cancel"));
    expect(await find("diagnosis-summary")).toHaveTextContent("診断を中止しました");
    expect(get("check-keystore")).toBeVisible();
    expect(screen.queryByTestId("failure")).toBeNull();
    expect(get("support-bundle")).toBeEnabled();
  });

  it("says what is wrong, who must act, and what to do", async () => {
    await diagnosing((backend) => (backend.findings = TROUBLE));
    expect(await find("diagnosis-summary")).toHaveTextContent("問題が1件見つかりました");
    const failed = get("check-tls-interception");
    const { title, next } = catalogues.ja.failures["tls-intercepted"];
    expect(failed).toHaveTextContent(title);
    for (const step of next) expect(failed).toHaveTextContent(step);
    expect(failed).toHaveTextContent(catalogues.ja.failure.actors[ACTORS["tls-intercepted"]]);
    expect(failed).toHaveTextContent("tls-intercepted");
    // What was found is open where it matters.
    expect(within(failed).getByText("Sample Security Appliance")).toBeVisible();
    expect(get("check-backend")).toHaveTextContent("前の項目に問題があるため、確認していません。");
    expect(get("check-certificate-validity")).toHaveTextContent("電子証明書の更新時期です");
  });

  it("writes what it found as people read it", async () => {
    await diagnosing((backend) => (backend.findings = TROUBLE));
    await find("diagnosis-summary");
    expect(get("check-proxy")).toHaveTextContent("プロキシ経由");
    expect(get("check-proxy")).toHaveTextContent("service.sample.example:8444");
    const certificate = get("check-certificate-validity");
    expect(certificate).toHaveTextContent("2026年11月23日（月）10:05");
    expect(certificate).toHaveTextContent("3.0 GiB");
    expect(certificate).not.toHaveTextContent("software");
  });

  it("counts what wants attention when nothing is wrong", async () => {
    await diagnosing((backend) => (backend.findings = TROUBLE.slice(3)));
    expect(await find("diagnosis-summary")).toHaveTextContent(
      "ご確認いただきたい項目が1件あります。",
    );
  });

  it("says why it cannot be done, and tries again", async () => {
    const app = await diagnosing((backend) =>
      backend.fail("diagnose", failure("database-damaged")),
    );
    await waitFor(() => expect(code()).toBe("database-damaged"));
    expect(screen.queryByTestId("diagnosis-summary")).toBeNull();
    await app.user.click(get("retry"));
    expect(await find("diagnosis-summary")).toBeVisible();
  });

  it("is left with Esc or its button, to where it was opened", async () => {
    const app = await diagnosing();
    await find("diagnosis-summary");
    await app.user.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByTestId("diagnosis")).toBeNull());
    expect(get("open-diagnosis")).toHaveFocus();
    await app.user.click(get("open-diagnosis"));
    await app.user.click(await find("close-diagnosis"));
    expect(get("open-diagnosis")).toHaveFocus();
  });

  it("stops when it is left", async () => {
    const app = await diagnosing((backend) => void backend.hanging.add("diagnose"));
    await find("busy");
    await app.user.click(get("close-diagnosis"));
    await waitFor(() => expect(app.backend.called("cancel")).toHaveLength(1));
  });

  it("is offered by failures of the way to the service, and comes back to the form", async () => {
    const app = await openApp((backend) =>
      backend.fail(
        "startEnrolment",
        failure("backend-unreachable", { place: "service.sample.example" }),
      ),
    );
    await app.user.click(get("start-issue"));
    for (const [field, text] of [
      ["customer-number", "12345678"],
      ["user-id", "kanri01"],
      ["password", "Sample#2026"],
    ] as const) {
      await app.user.type(await find(field), text);
    }
    await app.user.click(get("next"));
    await app.user.click(await find("failure-diagnosis"));
    await find("diagnosis-summary");
    expect(get("user-id")).not.toBeVisible();
    await app.user.click(get("close-diagnosis"));
    expect(get("user-id")).toHaveValue("kanri01");
    expect(DIAGNOSABLE).not.toContain("authentication-failed");
  });
});

describe("support bundle", () => {
  it("is saved, and its name is told", async () => {
    const app = await diagnosing((backend) => (backend.savedFile = "warifu-support.zip"));
    await app.user.click(await find("support-bundle"));
    await waitFor(() =>
      expect(get("bundle-state")).toHaveTextContent("「warifu-support.zip」を保存しました。"),
    );
    expect(app.backend.called("saveSupportBundle")).toHaveLength(1);
  });

  it("says nothing when the dialog is closed", async () => {
    const app = await diagnosing((backend) => (backend.savedFile = null));
    await app.user.click(await find("support-bundle"));
    await waitFor(() => expect(get("support-bundle")).toBeEnabled());
    expect(get("bundle-state").textContent).toBe("");
  });

  it("says why it could not be saved", async () => {
    const app = await diagnosing((backend) =>
      backend.fail("saveSupportBundle", failure("storage-failed")),
    );
    await app.user.click(await find("support-bundle"));
    await waitFor(() => expect(code()).toBe("storage-failed"));
    expect(get("diagnosis-summary")).toBeVisible();
  });
});
