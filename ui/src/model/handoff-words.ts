import type { BrowserView, Language } from "../backend";
import type { Catalogue } from "../text";
import type { Handoff } from "./handoff.svelte";

/** A browser by its name and the address that it came from. */
export function browserOf(browser: BrowserView | null, text: Catalogue): string {
  return browser === null
    ? text.browsers.other
    : text.handoff.browser(text.browsers[browser.name], browser.address);
}

/** What has become of it, in a sentence. */
export function saidOf(handoff: Handoff, text: Catalogue, language: Language): string {
  const t = text.handoff;
  const title = handoff.entry.title[language];
  if (handoff.failure)
    return (text.failures[handoff.failure.code] ?? text.failures["app-failed"]).title;
  const { state, browser } = handoff.view;
  switch (state) {
    case "waiting":
      return t.waiting(title);
    case "asking":
      return t.asking(title);
    case "confirm":
      return t.question(title, browserOf(browser, text));
    case "opened":
      return t.opened(title, browserOf(browser, text));
    case "declined":
      return t.declined(title);
    case "replayed":
      return t.replayed;
    case "expired":
      return t.expired(title);
    case "ended":
      return t.ended(title);
  }
}
