// The steps with which a state is reached.

import type { SampleBackend } from "../src/test/sample-backend";

export type State = { prepare?: (backend: SampleBackend) => void; steps?: (() => Promise<void>)[] };

async function find(testid: string): Promise<HTMLElement> {
  for (;;) {
    const found = document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Waits until it is there. */
export const see = find;

export function click(testid: string): () => Promise<void> {
  return async () => (await find(testid)).click();
}

export function type(testid: string, text: string): () => Promise<void> {
  return async () => {
    const input = (await find(testid)) as HTMLInputElement;
    input.focus();
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
}

/** To the entry of the password. */
export const login = [click("start-login"), click("cert-confirm")];

/** To the main menu. */
export const menu = [...login, type("login-password", "Sample#2026"), click("login-submit")];
