// What a page in the browser asks for.

import type { ApprovalView } from "../src/backend";
import { failure } from "../src/test/sample-backend";
import { approval, session } from "../src/test/sample-data";
import { click, menu, type State } from "./steps";

const asked = (view: ApprovalView): State => ({
  prepare: (backend) => void (backend.approvals = [view]),
});
const plain = approval();
const elsewhere: ApprovalView = {
  ...plain,
  asked: {
    ...plain.asked,
    browser: { ...plain.asked.browser, address: "198.51.100.7", same_address: false },
  },
};

export const APPROVAL: Record<string, State> = {
  approval: asked(plain),
  "approval-differs": asked(elsewhere),
  "approval-logged-in": {
    prepare: (backend) =>
      void (backend.approvals = [approval({ password: false, session: session() })]),
    steps: menu,
  },
  "approval-over": asked(approval({ asked: { ...plain.asked, expires_in: 1 } })),
  "approval-refused": {
    prepare: (backend) => {
      backend.approvals = [approval({ password: false, session: session() })];
      backend.fail("approve", failure("request-expired"));
    },
    steps: [click("approval-approve")],
  },
  "approval-unknown": {
    prepare: (backend) => backend.fail("nextApproval", failure("profile-missing")),
  },
};
