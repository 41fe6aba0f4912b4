import type * as ja from "../ja/handoff";

export const browsers: typeof ja.browsers = {
  edge: "Microsoft Edge",
  chrome: "Google Chrome",
  firefox: "Firefox",
  safari: "Safari",
  other: "a browser",
};

export const handoff: typeof ja.handoff = {
  browser: (name, address) => `${name} (${address})`,
  waiting: (title) => `“${title}” is being opened in the browser.`,
  asking: (title) =>
    `The browser asks whether “${title}” should be opened. Please answer in the browser.`,
  confirming: (title) => `Please answer here whether it was you who opened “${title}”.`,
  opened: (title, browser) => `“${title}” is open in ${browser}.`,
  declined: (title) => `“${title}” was not opened, because the answer was no.`,
  expired: (title) => `“${title}” was not opened: the browser did not answer in time.`,
  ended: (title) => `“${title}” was not opened, because your login has ended.`,
  again: "Open again",
  help: "If the browser shows another page",
  title: "Was this you?",
  question: (title, browser) => `“${title}” was opened in ${browser}.`,
  only: "Choose “Yes” only if it was you who opened this service from the main menu. If you do not know of it, choose “No”, and it is not opened.",
  elsewhere: "This is not the address that this PC comes from.",
  left: (time) => `Time left: ${time}`,
  no: "No",
  yes: "Yes",
  replayedTitle: "Another browser may have used it",
  replayed:
    "The address that opens a service was used twice. To be safe, the page that it had opened was logged out.",
  replayedWhere: (title) => `Service: ${title}`,
  replayedNext:
    "If you cannot explain this, somebody may have read the address on this PC. Contact your IT department or {provider}.",
  close: "Close",
};
