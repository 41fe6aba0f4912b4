// The states of the administration; reached without its button in the main menu.

import type { Policy } from "../src/backend";
import type { Shell } from "../src/model/shell.svelte";
import { RIGHTS, user } from "../src/test/sample-administration";
import { failure, type SampleBackend } from "../src/test/sample-backend";
import { POLICY, PROFILE, overview, session, USABLE } from "../src/test/sample-data";

type Step = (shell: Shell) => Promise<void>;
type State = { prepare?: (backend: SampleBackend) => void; steps: Step[] };

const policy: Policy = {
  service_name: PROFILE.service_name,
  server_time: 0,
  certificate_valid_days: 365,
  renewal_days: 28,
  warning_days: [28, 14, 7, 3, 1],
  warning_business_days: [3],
  urgent_days: 7,
  transfer_seconds: 600,
  import_max_users: 1000,
  password: POLICY,
  app: null,
};

async function find(testid: string): Promise<HTMLElement> {
  for (;;) {
    const found = document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const click =
  (testid: string): Step =>
  async () =>
    (await find(testid)).click();

const type =
  (testid: string, text: string): Step =>
  async () => {
    const input = (await find(testid)) as HTMLInputElement;
    input.focus();
    input.value = text;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };

const enter: Step = async (shell) => {
  await find("start-login");
  shell.router.go({ name: "administration", session: session() });
  await find("user-new");
};

function prepared(
  prepare: (backend: SampleBackend) => unknown = () => {},
): (backend: SampleBackend) => void {
  return (backend) => {
    backend.current = overview([USABLE], [{ ...PROFILE, policy }]);
    prepare(backend);
  };
}

const limited = prepared(({ directory }) => {
  directory.rights = RIGHTS.map((right) => ({
    ...right,
    grantable: right.permission !== "documents",
  }));
});

const many = prepared(({ directory }) => {
  directory.users = [
    ...directory.users,
    ...Array.from({ length: 120 }, (_, index) => user(`user${String(index).padStart(3, "0")}`)),
  ];
});

const created: Step[] = [
  enter,
  click("user-new"),
  type("name-input", "田中 一郎"),
  type("user-id-input", "eigyo01"),
  click("user-create"),
];

/** Somebody with everything that a name can have. */
const LONG = "ロドリゲス・デ・ラ・クルス 「\ue000」辻󠄀 葛󠄀城 e\u0301 👩‍💼 \u200fעברית\u200f ".padEnd(
  96,
  "長い氏名",
);

const wild = prepared(({ directory }) => {
  directory.users = directory.users.map((each) =>
    each.user_id === "tanto01" || each.user_id === "shorui"
      ? { ...each, name: LONG, department: LONG }
      : each,
  );
});

/** As many as the largest customer has. */
const hundredThousand = prepared(({ directory }) => {
  const FAMILY = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"];
  const GIVEN = ["花子", "一郎", "美咲", "大輔", "さくら", "誠", "由美", "亮", "健", "愛"];
  const DAY = 86_400;
  const now = Math.floor(Date.now() / 1000);
  directory.users = [
    ...directory.users,
    ...Array.from({ length: 99_991 }, (_, index) =>
      user(`u${String(index).padStart(6, "0")}`, {
        name:
          index % 50 === 0 ? null : `${FAMILY[index % 10]} ${GIVEN[Math.floor(index / 10) % 10]}`,
        department: `第${(index % 40) + 1}営業部`,
        locked: index % 200 === 0,
        certificate_not_after: now + ((index * 37) % 365) * DAY,
      }),
    ),
  ];
});

const many5 = ["tanto02", "tanto03", "tanto05"].map((id) => click(`select-${id}`));

export const ADMINISTRATION: Record<string, State> = {
  users: { prepare: limited, steps: [enter] },
  "users-many": { prepare: many, steps: [enter] },
  "users-100000": { prepare: hundredThousand, steps: [enter] },
  "users-wild": { prepare: wild, steps: [enter] },
  "user-wild": { prepare: wild, steps: [enter, click("user-open-tanto01")] },
  "users-selected": { prepare: prepared(), steps: [enter, ...many5] },
  "users-menu": { prepare: prepared(), steps: [enter, click("user-menu-tanto02")] },
  "users-bulk": { prepare: prepared(), steps: [enter, ...many5, click("bulk-reissue")] },
  "users-bulk-done": {
    prepare: prepared((backend) => backend.fail("actOnUser", failure("user-changed"))),
    steps: [
      enter,
      ...many5,
      click("bulk-reissue"),
      click("bulk-also-reset"),
      click("bulk-confirm"),
    ],
  },
  "users-old": {
    prepare: prepared(({ directory }) => (directory.names = false)),
    steps: [enter],
  },
  "user-edit": {
    prepare: limited,
    steps: [
      enter,
      click("user-open-tanto01"),
      click("user-edit"),
      type("department-input", "名古屋支店"),
      click("permissions-copy"),
      type("permissions-from", "佐藤"),
    ],
  },
  "user-leaving": {
    prepare: prepared(),
    steps: [
      enter,
      click("user-open-tanto01"),
      click("user-edit"),
      type("department-input", "名古屋支店"),
      click("audit-tab"),
    ],
  },
  "user-unnamed": { prepare: prepared(), steps: [enter, click("user-open-tanto06")] },
  "users-none": { prepare: prepared(), steps: [enter, type("user-search", "xyz")] },
  "users-failed": {
    prepare: prepared((backend) =>
      backend.fail("users", failure("backend-unreachable", { place: "service.sample.example" })),
    ),
    steps: [enter],
  },
  "user-new": {
    prepare: limited,
    steps: [
      enter,
      click("user-new"),
      type("name-input", "田中 一郎"),
      type("user-id-input", "eigyo01"),
      click("permission-claims.view"),
    ],
  },
  "user-new-own": {
    prepare: limited,
    steps: [
      enter,
      click("user-new"),
      type("name-input", "田中 一郎"),
      type("user-id-input", "eigyo01"),
      click("password-entered"),
      type("initial-password", "abc"),
      click("user-create"),
    ],
  },
  "user-created": {
    prepare: prepared(),
    steps: [...created],
  },
  "user-printed": {
    prepare: prepared(({ directory }) => (directory.generated = "aB3#kd9%aB3#kd9%")),
    steps: [
      enter,
      click("user-new"),
      type("name-input", "田中 一郎"),
      type("user-id-input", "eigyo01"),
      click("user-create"),
      click("print-notice"),
    ],
  },
  user: { prepare: prepared(), steps: [enter, click("user-open-tanto02")] },
  "user-own": { prepare: prepared(), steps: [enter, click("user-open-kanri01")] },
  "user-primary": { prepare: prepared(), steps: [enter, click("user-open-sekinin")] },
  "user-beyond": { prepare: limited, steps: [enter, click("user-open-shorui")] },
  "user-changed": {
    prepare: prepared(),
    steps: [
      enter,
      click("user-open-tanto01"),
      click("user-edit"),
      type("email-input", "new@sample.example"),
      async (shell) => {
        await new Promise((resolve) => setTimeout(resolve, 100));
        const { directory } = shell.backend as SampleBackend;
        directory.put({
          ...directory.user("tanto01"),
          email: "other@sample.example",
          permissions: ["claims.view", "documents"],
        });
      },
      click("user-save"),
    ],
  },
  "act-reissue": {
    prepare: prepared(),
    steps: [enter, click("user-open-tanto02"), click("act-reissue"), click("act-also-reset")],
  },
  "act-delete": {
    prepare: prepared(),
    steps: [enter, click("user-open-tanto02"), click("act-delete")],
  },
  import: { prepare: limited, steps: [enter, click("users-import")] },
  "import-ready": {
    prepare: prepared(),
    steps: [enter, click("users-import"), click("import-choose")],
  },
  "import-running": {
    prepare: prepared((backend) => backend.hanging.add("importUsers")),
    steps: [enter, click("users-import"), click("import-choose"), click("import-run")],
  },
  "import-bad": {
    prepare: prepared(({ directory }) => {
      if (!directory.file) return;
      directory.file = {
        ...directory.file,
        problem_count: 612,
        problems: [
          { line: 2, user_id: "tanto01", field: "user_id", code: "user-exists", found: null },
          { line: 3, user_id: "担当", field: "user_id", code: "invalid-request", found: "担当" },
          {
            line: 4,
            user_id: "eigyo03",
            field: "permissions",
            code: "beyond-own-permissions",
            found: null,
          },
          {
            line: 5,
            user_id: "eigyo04",
            field: "initial_password",
            code: "password-rejected",
            found: null,
          },
        ],
      };
    }),
    steps: [enter, click("users-import"), click("import-choose")],
  },
  imported: {
    prepare: prepared(),
    steps: [enter, click("users-import"), click("import-choose"), click("import-run")],
  },
  "imported-printed": {
    prepare: prepared(),
    steps: [
      enter,
      click("users-import"),
      click("import-choose"),
      click("import-run"),
      click("print-notice"),
    ],
  },
  audit: { prepare: prepared(), steps: [enter, click("audit-tab"), click("audit-details-8")] },
  "audit-person": {
    prepare: prepared(),
    steps: [enter, click("audit-tab"), type("audit-person", "tanto")],
  },
  "audit-own": {
    prepare: prepared(),
    steps: [
      enter,
      click("audit-tab"),
      click("audit-period-own"),
      type("audit-from", "2026/11/24"),
      type("audit-to", "２０２６年１１月２３日"),
    ],
  },
  "audit-none": {
    prepare: prepared(),
    steps: [enter, click("audit-tab"), type("audit-person", "nobody")],
  },
};
