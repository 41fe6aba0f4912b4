import { render, screen } from "@testing-library/svelte";
import userEvent, { type UserEvent } from "@testing-library/user-event";

import App from "../App.svelte";
import type { Backend, SessionView } from "../backend";
import { Shell } from "../model/shell.svelte";
import { SampleBackend } from "./sample-backend";
import { session } from "./sample-data";

export type OpenApp = { backend: SampleBackend; shell: Shell; user: UserEvent };

/** The whole app on a prepared sample backend. */
export async function openApp(
  prepare: (backend: SampleBackend) => void = () => {},
  options: Parameters<typeof userEvent.setup>[0] = {},
): Promise<OpenApp> {
  const backend = new SampleBackend();
  prepare(backend);
  const shell = new Shell(backend);
  render(App, { props: { shell } });
  await screen.findByTestId("screen-heading");
  return { backend, shell, user: userEvent.setup(options) };
}

export function get<T extends HTMLElement = HTMLElement>(testid: string): T {
  return screen.getByTestId<T>(testid);
}

export function find(testid: string): Promise<HTMLElement> {
  return screen.findByTestId(testid);
}

export function code(): string | undefined {
  return get("failure").dataset.code;
}

export async function enterCredentials({ user }: OpenApp, password = "aB3#kd9%"): Promise<void> {
  await user.click(get("start-issue"));
  await user.type(await find("customer-number"), "12345678");
  await user.type(get("user-id"), "kanri01");
  await user.click(get("password"));
  await user.paste(password);
  await user.click(get("next"));
}

export async function reachPassword({ user }: OpenApp): Promise<void> {
  await user.click(get("start-login"));
  await user.click(await find("cert-confirm"));
  await find("login-password");
}

export async function enterPassword({ user }: OpenApp, password = "Sample#2026"): Promise<void> {
  await user.click(get("login-password"));
  await user.paste(password);
  await user.click(get("login-submit"));
}

/** Logs in, to the main menu of a session with these changes. */
export async function reachMenu(app: OpenApp, changes: Partial<SessionView> = {}): Promise<void> {
  app.backend.sessionView = session(changes);
  app.backend.loginView = { outcome: "logged-in", session: app.backend.sessionView };
  await reachPassword(app);
  await enterPassword(app);
  await find("main-menu");
}

/** Logs in as an administrator and opens the list of users. */
export async function reachUsers(app: OpenApp): Promise<void> {
  await reachMenu(app, { permissions: ["user-administration", "claims.view"] });
  await app.user.click(get("open-administration"));
  await find("users-table");
}

export async function openUser(app: OpenApp, userId: string): Promise<void> {
  await app.user.click(get(`user-open-${userId}`));
  await find("user-facts");
}

export async function paste({ user }: OpenApp, testid: string, text: string): Promise<void> {
  await user.clear(get(testid));
  await user.click(get(testid));
  await user.paste(text);
}

export function namesOf(backend: SampleBackend): (keyof Backend)[] {
  return backend.calls.map((call) => call.name);
}
