import { screen } from "@testing-library/svelte";
import { expect, it } from "vitest";

import { find, get, openApp, reachMenu } from "./app";
import { record, RIGHTS, user } from "./sample-administration";
import { failure } from "./sample-backend";
import { identity, overview, PROFILE, session, SERVICE_POLICY } from "./sample-data";

/** What somebody may have had registered as a name: it would call a command if it were markup. */
const HOSTILE = [
  `<img src="x" onerror="window.hostile=1" data-hostile>`,
  `</p><script data-hostile>window.hostile=1</script>`,
  `<svg data-hostile onload="window.hostile=1"></svg>`,
  `"><a data-hostile href="javascript:window.hostile=1">x</a>`,
  "{@html '<b data-hostile>x</b>'} ${1+1} {{1+1}}",
  "&lt;b data-hostile&gt; &amp; 株式会社＜割符＞",
];

/** Milliseconds for a way through several screens. */
const JOURNEY = 30_000;

/** The text is there, and nothing has come of it. */
function expectText(text: string): void {
  expect(document.body.textContent).toContain(text);
  expectNothing();
}

function expectNothing(): void {
  expect(document.querySelector("[data-hostile]")).toBeNull();
  expect(document.querySelector('[href^="javascript:"]')).toBeNull();
  expect((window as { hostile?: unknown }).hostile).toBeUndefined();
}

it.each(HOSTILE)(
  "shows names and titles as text: %s",
  async (text) => {
    const policy = { ...SERVICE_POLICY, service_name: text };
    const profile = {
      ...PROFILE,
      service_name: text,
      host: text,
      support: { name: text, phone: text, email: text, hours: text },
      provider: {
        ...PROFILE.provider,
        name: { ja: text, en: text },
        service_name: { ja: text, en: text },
        contact: {
          name: { ja: text, en: text },
          phone: text,
          email: text,
          hours: { ja: text, en: text },
        },
      },
      policy,
    };
    const names = { service_name: text, customer_name: text, user_id: text };
    const mine = identity(1, { kind: "usable", days_left: 20 }, { ...names, last_used: true });
    const app = await openApp((backend) => {
      backend.current = {
        ...overview([mine, identity(2, { kind: "expired" }, names)]),
        profiles: [profile],
      };
      backend.prompt = { ...backend.prompt, identity: mine };
      backend.directory.users = [user("tanto01", { email: text, user_id: text })];
      backend.directory.records = [
        record(1, {
          actor: text,
          subject: text,
          device: text,
          address: text,
          event: text as never,
        }),
      ];
      backend.directory.rights = RIGHTS.map((right) => ({
        ...right,
        title: { ja: text, en: text },
        description: { ja: text, en: text },
      }));
    });
    await app.user.click(get("start-login"));
    await find("cert-dialog");
    expectText(text);
    await app.user.keyboard("{Escape}");

    const entry = {
      id: "hostile",
      title: { ja: text, en: text },
      description: { ja: text, en: text },
      url: "https://service.sample.example/",
    };
    await reachMenu(app, {
      user: {
        customer_number: "12345678",
        customer_name: text,
        user_id: text,
        name: text,
        department: text,
      },
      entries: [entry],
      permissions: ["user-administration"],
    });
    expectText(text);

    await app.user.click(get("open-administration"));
    await screen.findByTestId("users-table");
    expectText(text);
    await app.user.click(get("audit-tab"));
    await find("audit-table");
    expectText(text);
  },
  JOURNEY,
);

it.each(HOSTILE)("shows what a failure names as text: %s", async (text) => {
  const app = await openApp((backend) =>
    backend.fail("proveIdentity", failure("backend-unreachable", { place: text })),
  );
  app.backend.sessionView = session();
  await app.user.click(get("start-login"));
  await app.user.click(await find("cert-confirm"));
  await find("failure");
  expectNothing();
});
