// What becomes of an entry that the browser opens with a login.

import type { HandoffView } from "../src/backend";
import { failure, type SampleBackend } from "../src/test/sample-backend";
import { FIREFOX, handoff } from "../src/test/sample-data";
import { click, menu, type State } from "./steps";

const opened = (...views: HandoffView[]): State => ({
  prepare: (backend: SampleBackend) => void (backend.handoffViews = views),
  steps: [...menu, click("entry-claims")],
});

export const HANDOFF: Record<string, State> = {
  "handoff-waiting": opened(handoff("waiting")),
  "handoff-asking": opened(handoff("asking", FIREFOX)),
  "handoff-question": opened(handoff("confirm", FIREFOX)),
  "handoff-question-elsewhere": opened(
    handoff("confirm", { ...FIREFOX, address: "198.51.100.7", same_address: false }),
  ),
  "handoff-opened": opened(handoff("opened", FIREFOX)),
  "handoff-declined": opened(handoff("declined", FIREFOX, 0)),
  "handoff-replayed": opened(handoff("replayed", FIREFOX, 0)),
  "handoff-expired": opened(handoff("expired", null, 0)),
  "handoff-failed": {
    prepare: (backend) => backend.fail("handoff", failure("handoff-unknown")),
    steps: [...menu, click("entry-claims")],
  },
  "handoff-no-browser": {
    prepare: (backend) => backend.fail("openEntry", failure("browser-failed")),
    steps: [...menu, click("entry-claims")],
  },
};
