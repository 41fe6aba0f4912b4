// The screens in a plain browser, with sample data: http://127.0.0.1:5173/dev/?state=…
// Never part of a build; the build's only entry is ../index.html.

import { mount } from "svelte";

import App from "../src/App.svelte";
import type { Language, Theme } from "../src/backend";
import { Shell } from "../src/model/shell.svelte";
import { SampleBackend } from "../src/test/sample-backend";
import { ADMINISTRATION } from "./administration";
import { APPROVAL } from "./approval";
import { HANDOFF } from "./handoff";
import { NOTICES } from "./notices";
import { STATES } from "./states";
import "../src/styles/tokens.css";
import "../src/styles/base.css";
import "../src/styles/controls.css";
import "../src/styles/frame.css";

const query = new URLSearchParams(location.search);
const backend = new SampleBackend();
backend.saved = {
  language: (query.get("language") ?? "ja") as Language,
  theme: (query.get("theme") ?? "system") as Theme,
  text_percent: Number(query.get("size") ?? 100),
  start_at_login: true,
  proxy: { kind: "system" },
};
const name = query.get("state") ?? "start";
const state =
  STATES[name] ?? HANDOFF[name] ?? APPROVAL[name] ?? ADMINISTRATION[name] ?? NOTICES[name];
state?.prepare?.(backend);

const target = document.getElementById("app");
if (target) {
  const shell = new Shell(backend);
  mount(App, { target, props: { shell } });
  for (const step of state?.steps ?? []) await step(shell);
  document.body.dataset.ready = "true";
}
