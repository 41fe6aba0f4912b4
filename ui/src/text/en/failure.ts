import type * as ja from "../ja/failure";
import { duration } from "./counts";

export const failure: typeof ja.failure = {
  actor: "Who needs to act",
  actors: {
    you: "You",
    administrator:
      "The primary administrator or a user administrator at your company (for the primary administrator, {provider})",
    provider: "{provider}",
    it: "Your IT department",
  },
  next: "What to do",
  more: "Details",
  byRole: "If you are not the primary administrator",
  code: "Error code",
  requestId: "Reference number",
  copy: "Copy the error details",
  copied: "Copied.",
  notCopied: "Could not be copied. Please write down the error code.",
  wait: (seconds) => `You can try again in ${duration(seconds)}.`,
  waited: "You can try again now.",
  retry: "Try again",
  restart: "Start again",
  place: "Address or folder",
};
