import axe from "axe-core";
import { screen } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";

import { find, get, openApp, openUser, paste, reachUsers, type OpenApp } from "./app";
import { RIGHTS, user } from "./sample-administration";
import { failure, type SampleBackend } from "./sample-backend";

/** Milliseconds for a way through several screens, and for axe to look at its end. */
vi.setConfig({ testTimeout: 60_000 });

type Page = {
  prepare?: (backend: SampleBackend) => void;
  reach?: (app: OpenApp) => Promise<unknown>;
};

function limited({ directory }: SampleBackend): void {
  directory.rights = RIGHTS.map((right) => ({
    ...right,
    grantable: right.permission !== "documents",
  }));
}

const create = async (app: OpenApp): Promise<void> => {
  await app.user.click(get("user-new"));
  await paste(app, "name-input", "田中 一郎");
  await paste(app, "user-id-input", "eigyo01");
  await app.user.click(get("user-create"));
};

const choose = async ({ user }: OpenApp): Promise<void> => {
  await user.click(get("users-import"));
  await user.click(await find("import-choose"));
  await find("import-preview");
};

const dialog =
  (userId: string, act: string) =>
  async (app: OpenApp): Promise<void> => {
    await openUser(app, userId);
    await app.user.click(get(`act-${act}`));
    await find("act-dialog");
  };

const edit = async (app: OpenApp): Promise<void> => {
  await openUser(app, "tanto01");
  await app.user.click(get("user-edit"));
  await find("user-form");
};

const select = async ({ user }: OpenApp): Promise<void> => {
  for (const id of ["tanto01", "tanto02", "tanto03"]) await user.click(get(`select-${id}`));
};

const PAGES: Record<string, Page> = {
  users: {},
  "many users": {
    prepare: ({ directory }) => {
      directory.users = [
        ...directory.users,
        ...Array.from({ length: 60 }, (_, index) => user(`user${index}`)),
      ];
    },
  },
  "older backend": { prepare: ({ directory }) => (directory.names = false) },
  "selected users": { reach: select },
  "an act on several": {
    reach: async (app) => {
      await select(app);
      await app.user.click(get("bulk-reissue"));
      await find("bulk-dialog");
    },
  },
  "what became of an act on several": {
    prepare: (backend) => backend.fail("actOnUser", failure("user-changed")),
    reach: async (app) => {
      await select(app);
      await app.user.click(get("bulk-reissue"));
      await app.user.click(await find("bulk-confirm"));
      await find("bulk-results");
    },
  },
  "menu of a user": {
    reach: async ({ user }) => {
      await user.click(get("user-menu-tanto02"));
      await find("menu");
    },
  },
  "no user found": {
    reach: async (app) => {
      await app.user.type(get("user-search"), "nobody");
      await find("users-empty");
    },
  },
  "export failed": {
    prepare: (backend) => backend.fail("exportUsers", failure("disk-full")),
    reach: async ({ user }) => {
      await user.click(get("users-export"));
      await find("failure");
    },
  },
  "new user": { prepare: limited, reach: ({ user }) => user.click(get("user-new")) },
  "new user with an own password, refused": {
    reach: async (app) => {
      await app.user.click(get("user-new"));
      await paste(app, "name-input", "田中 一郎");
      await paste(app, "user-id-input", "eigyo01");
      await app.user.click(get("password-entered"));
      await paste(app, "initial-password", "abc");
      await app.user.click(get("user-create"));
      await find("failure");
    },
  },
  "created user": {
    reach: async (app) => {
      await create(app);
      await find("initial-password-shown");
    },
  },
  "printed notice": {
    reach: async (app) => {
      await create(app);
      await app.user.click(await find("print-notice"));
      await find("notices");
    },
  },
  user: { reach: (app) => openUser(app, "tanto02") },
  "user without a name": { reach: (app) => openUser(app, "tanto06") },
  "user to be changed": { prepare: limited, reach: edit },
  "permissions of another": {
    reach: async (app) => {
      await edit(app);
      await app.user.click(get("permissions-copy"));
      await app.user.type(get("permissions-from"), "tanto");
      await app.user.keyboard("{ArrowDown}");
      await find("permissions-from-tanto02");
    },
  },
  "leaving what is not saved": {
    reach: async (app) => {
      await edit(app);
      await paste(app, "department-input", "名古屋支店");
      await app.user.click(get("audit-tab"));
      await find("leave-dialog");
    },
  },
  "own user": { reach: (app) => openUser(app, "kanri01") },
  "primary administrator": { reach: (app) => openUser(app, "sekinin") },
  "user beyond reach": { prepare: limited, reach: (app) => openUser(app, "shorui") },
  "user changed meanwhile": {
    reach: async (app) => {
      await edit(app);
      await paste(app, "email-input", "mine@sample.example");
      const { directory } = app.backend;
      directory.put({ ...directory.user("tanto01"), email: "theirs@sample.example" });
      await app.user.click(get("user-save"));
      await find("user-changed");
    },
  },
  unlock: { reach: dialog("tanto02", "unlock") },
  reset: { reach: dialog("tanto01", "reset") },
  reissue: {
    reach: async (app) => {
      await dialog("tanto01", "reissue")(app);
      await app.user.click(get("act-also-reset"));
      await app.user.click(await find("password-entered"));
    },
  },
  delete: { reach: dialog("tanto01", "delete") },
  "import format": { prepare: limited, reach: ({ user }) => user.click(get("users-import")) },
  "import checked": { reach: choose },
  "import with problems": {
    prepare: ({ directory }) => {
      if (!directory.file) return;
      directory.file = {
        ...directory.file,
        problem_count: 2,
        problems: [
          { line: 2, user_id: "tanto01", field: "user_id", code: "user-exists", found: null },
          {
            line: 2,
            user_id: "tanto01",
            field: "email",
            code: "invalid-request",
            found: "tanto01@",
          },
        ],
      };
    },
    reach: choose,
  },
  imported: {
    reach: async (app) => {
      await choose(app);
      await app.user.click(get("import-run"));
      await find("issued-table");
    },
  },
  "leaving unkept passwords": {
    reach: async (app) => {
      await choose(app);
      await app.user.click(get("import-run"));
      await find("issued-table");
      await app.user.click(get("audit-tab"));
      await find("leave-dialog");
    },
  },
  audit: {
    reach: async ({ user }) => {
      await user.click(get("audit-tab"));
      await user.click(await find("audit-details-8"));
    },
  },
  "audit of one person": {
    reach: async ({ user }) => {
      await user.click(get("audit-tab"));
      await user.type(await find("audit-person"), "tanto");
      await find("audit-person-tanto02");
    },
  },
  "audit of own days": {
    reach: async (app) => {
      await app.user.click(get("audit-tab"));
      await app.user.click(await find("audit-period-own"));
      await paste(app, "audit-from", "2026/11/24");
      await paste(app, "audit-to", "2026/11/23");
    },
  },
  "empty audit": {
    prepare: ({ directory }) => (directory.records = []),
    reach: async ({ user }) => {
      await user.click(get("audit-tab"));
      await find("audit-empty");
    },
  },
  "permission lost": {
    prepare: (backend) => backend.fail("auditPage", failure("permission-missing")),
    reach: async ({ user }) => {
      await user.click(get("audit-tab"));
      await find("failure");
    },
  },
};

describe("axe", () => {
  it.each(Object.keys(PAGES))("finds nothing in the administration on: %s", async (name) => {
    const page = PAGES[name];
    const app = await openApp(page?.prepare);
    await reachUsers(app);
    await page?.reach?.(app);
    const { violations } = await axe.run(document, {
      rules: { "color-contrast": { enabled: false } },
    });
    expect(
      violations.map((violation) => `${violation.id}: ${violation.nodes[0]?.html ?? ""}`),
    ).toEqual([]);
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(screen.getAllByRole("heading", { level: 1, hidden: true })).toHaveLength(1);
  });
});
