// The list of notices, as the tray's menu opens it.

import type { NoticeView } from "../src/backend";
import type { SampleBackend } from "../src/test/sample-backend";
import { identity, NOW, overview } from "../src/test/sample-data";
import { see, type State } from "./steps";

const DAY = 86_400;
let backend: SampleBackend | undefined;

function told(id: number, changes: Partial<NoticeView>): NoticeView {
  return {
    id,
    at: NOW - (4 - id) * 5 * DAY,
    read: id < 3,
    identity_id: 1,
    expiring: "certificate",
    service_name: "サンプル電子債権サービス",
    customer_name: "株式会社サンプル商事",
    user_id: "tanto01",
    holder_name: "佐藤 花子",
    expires_at: NOW + 5 * DAY,
    left: { days: 5, business_days: 3 },
    ...changes,
  };
}

const open = async (): Promise<void> => {
  await see("screen-heading");
  backend?.navigate({ screen: "notices" });
  await see("notices");
};

export const NOTICES: Record<string, State> = {
  notices: {
    prepare: (prepared) => {
      backend = prepared;
      const password = {
        expires_at: NOW + 9 * DAY,
        left: { days: 9, business_days: 6 },
        notice: true,
      };
      prepared.current = overview([
        identity(1, { kind: "renew-soon", days_left: 5 }, { password, last_used: true }),
        identity(2, { kind: "usable", days_left: 200 }),
      ]);
      prepared.told = [
        told(3, {}),
        told(2, { expiring: "password", left: { days: 10, business_days: 7 } }),
        told(1, { expiring: "password", left: null, user_id: "tanto02", identity_id: null }),
      ];
    },
    steps: [open],
  },
  "notices-none": {
    prepare: (prepared) => {
      backend = prepared;
      prepared.current = overview();
    },
    steps: [open],
  },
};
