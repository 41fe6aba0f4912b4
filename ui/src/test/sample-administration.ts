import type {
  AdministrationView,
  AuditPage,
  AuditQuery,
  AuditRecord,
  CreatedUser,
  Details,
  ErrorCode,
  Failure,
  ImportPreview,
  NewUser,
  PasswordRule,
  PermissionView,
  UserActionRequest,
  UserAnswer,
  UserChange,
  UserPage,
  UserQuery,
  UserView,
} from "../backend";
import { NOW } from "./sample-data";

const DAY = 86_400;

function refuse(code: ErrorCode, details: Details = {}): Failure {
  return { code, details, session_ended: false };
}

function right(
  permission: string,
  ja: string,
  en: string,
  aboutJa: string,
  aboutEn: string,
): PermissionView {
  return {
    permission,
    title: { ja, en },
    description: { ja: aboutJa, en: aboutEn },
    grantable: true,
  };
}

export const RIGHTS: PermissionView[] = [
  right(
    "user-administration",
    "ユーザ管理",
    "User administration",
    "担当者の登録、権限の変更、ロックの解除などを行えます。",
    "May register and unlock users and change their permissions.",
  ),
  right(
    "claims.view",
    "債権照会",
    "View claims",
    "電子記録債権の残高と明細を照会できます。",
    "May see the balance and details of claims.",
  ),
  right(
    "claims.request",
    "買取請求",
    "Request purchases",
    "債権の買い取りを請求できます。",
    "May ask for claims to be purchased.",
  ),
  right(
    "documents",
    "帳票ダウンロード",
    "Documents",
    "通知書や計算書をダウンロードできます。",
    "May download notices and statements.",
  ),
];

export function user(user_id: string, changes: Partial<UserView> = {}): UserView {
  return {
    user_id,
    name: null,
    department: null,
    email: `${user_id}@sample.example`,
    primary: false,
    yourself: false,
    beyond_reach: false,
    permissions: ["claims.view"],
    locked: false,
    suspended_at: null,
    initial_password: false,
    may_issue: false,
    certificate_not_after: NOW + 200 * DAY,
    certificate_expired: false,
    last_login_at: NOW - 2 * DAY,
    version: 1,
    ...changes,
  };
}

/** A user of each kind. */
export const USERS: UserView[] = [
  user("kanri01", {
    yourself: true,
    permissions: ["user-administration", "claims.view", "claims.request"],
  }),
  user("sekinin", { primary: true, permissions: RIGHTS.map((each) => each.permission) }),
  user("shorui", { permissions: ["documents"], email: null }),
  user("tanto01"),
  user("tanto02", { locked: true }),
  user("tanto03", { suspended_at: NOW - 9 * DAY }),
  user("tanto04", {
    initial_password: true,
    may_issue: true,
    certificate_not_after: null,
    last_login_at: null,
  }),
  user("tanto05", {
    certificate_not_after: NOW - 5 * DAY,
    certificate_expired: true,
    last_login_at: NOW - 40 * DAY,
  }),
  user("tanto06", {
    certificate_not_after: null,
    last_login_at: null,
    email: null,
    permissions: [],
  }),
];

export function record(seq: number, changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    seq,
    at: NOW - (1000 - seq) * 600,
    actor_kind: "user",
    actor: "tanto01",
    actor_name: null,
    event: "login",
    subject: null,
    subject_name: null,
    certificate: String(seq).padStart(64, "0"),
    device: "KEIRI-PC-07",
    address: "203.0.113.24",
    reason: null,
    times: 1,
    ...changes,
  };
}

export const RECORDS: AuditRecord[] = [
  record(10, { event: "user-created", actor: "kanri01", subject: "tanto06" }),
  record(9, { event: "locked", actor: "tanto02", subject: "tanto02" }),
  record(8, { event: "login-failed", actor: "tanto02" }),
  record(7, { event: "reissued", actor: "kanri01", subject: "tanto04" }),
  record(6, { event: "certificate-revoked", actor: "kanri01", subject: "tanto04" }),
  record(5, { event: "weather-changed", actor: "tanto01" }),
  record(4),
  record(3, { event: "certificate-issued", actor: "tanto01", subject: "tanto01" }),
  record(2, { event: "enrolment-started", actor: "tanto01", certificate: null }),
  record(1, {
    event: "customer-added",
    actor_kind: "provider",
    actor: "provider",
    certificate: null,
    device: null,
    address: null,
  }),
];

/** Users and records in memory, with the backend's rules, as far as the screens can meet them. */
export class SampleDirectory {
  rights: PermissionView[] = RIGHTS;
  users: UserView[] = USERS;
  records: AuditRecord[] = RECORDS;
  generated = "aB3#kd9%";
  file: ImportPreview | null = {
    file_name: "担当者.csv",
    above: [],
    unused: [],
    needs_consent: false,
    users: 3,
    sample: ["eigyo01", "eigyo02", "eigyo03"].map((user_id, index) => ({
      line: index + 2,
      user_id,
      name: null,
      department: null,
      email: index === 2 ? null : `${user_id}@sample.example`,
      permissions: index === 0 ? ["claims.view", "claims.request"] : ["claims.view"],
      has_password: false,
    })),
    problem_count: 0,
    problems: [],
  };

  administration(): AdministrationView {
    return { permissions: this.rights, import_max_users: 1000, names: true, expiring_days: 28 };
  }

  page({ search = "", after = "", limit = 50 }: UserQuery): UserPage {
    const wanted = search.trim().toLowerCase();
    const found = this.users
      .map((each) => this.#view(each))
      .filter((each) => `${each.user_id}\n${each.email ?? ""}`.toLowerCase().includes(wanted))
      .filter((each) => each.user_id > after)
      .sort((a, b) => (a.user_id < b.user_id ? -1 : 1));
    const users = found.slice(0, limit);
    return {
      users,
      next: found.length > limit ? (users.at(-1)?.user_id ?? null) : null,
      counts: null,
    };
  }

  user(userId: string): UserView {
    const found = this.users.find((each) => each.user_id === userId);
    if (!found) throw refuse("user-not-found");
    return this.#view(found);
  }

  create({ user_id, email, permissions, initial_password }: NewUser): UserAnswer {
    const id = user_id.trim().toLowerCase();
    if (!/^[a-z0-9._-]{3,20}$/.test(id)) throw refuse("invalid-request", { field: "user_id" });
    this.#checkPassword(initial_password);
    this.#checkRights(permissions);
    if (this.users.some((each) => each.user_id === id)) throw refuse("user-exists");
    const created = user(id, {
      email,
      permissions,
      initial_password: true,
      may_issue: true,
      certificate_not_after: null,
      last_login_at: null,
    });
    this.users = [...this.users, created];
    return { user: created, initial_password: initial_password ?? this.generated };
  }

  change(userId: string, { version, email, permissions }: UserChange): UserView {
    const found = this.user(userId);
    const same =
      permissions.length === found.permissions.length &&
      permissions.every((each) => found.permissions.includes(each));
    if (found.yourself && !same) throw refuse("own-account");
    if (!found.yourself) this.#reach(found);
    if (found.version !== version) throw refuse("user-changed");
    if (!same) this.#checkRights(permissions);
    return this.put({ ...found, email, permissions });
  }

  act(
    userId: string,
    { version, action: act, reset_password, initial_password }: UserActionRequest,
  ): UserAnswer {
    const found = this.user(userId);
    if (found.yourself) throw refuse("own-account");
    this.#reach(found);
    if (found.version !== version) throw refuse("user-changed");
    if (act === "delete") {
      this.users = this.users.filter((each) => each.user_id !== userId);
      return { user: null, initial_password: null };
    }
    const resets =
      act === "reset-password" || ((act === "unlock" || act === "reissue") && reset_password);
    if (resets) this.#checkPassword(initial_password);
    const now = { ...found };
    if (act === "unlock" || act === "reset-password") now.locked = false;
    if (act === "reissue")
      Object.assign(now, {
        certificate_not_after: null,
        certificate_expired: false,
        may_issue: true,
      });
    if (act === "suspend") now.suspended_at = NOW;
    if (act === "resume") now.suspended_at = null;
    if (resets) now.initial_password = true;
    return {
      user: this.put(now),
      initial_password: resets ? (initial_password ?? this.generated) : null,
    };
  }

  import(): CreatedUser[] {
    return (this.file?.sample ?? []).map(({ user_id, email, permissions }) => {
      const { initial_password } = this.create({
        user_id,
        email,
        permissions,
        initial_password: null,
      });
      return { user_id, name: null, department: null, initial_password: initial_password ?? "" };
    });
  }

  /** Changes a user behind everybody's back, as another administrator would. */
  put(changed: UserView): UserView {
    const now = { ...changed, version: changed.version + 1 };
    this.users = this.users.map((each) => (each.user_id === now.user_id ? now : each));
    return this.#view(now);
  }

  audit({ person, event, from, to, before, limit = 50 }: AuditQuery): AuditPage {
    const found = this.records
      .filter((each) => !person || each.actor === person || each.subject === person)
      .filter((each) => !event || each.event === event)
      .filter(
        (each) => (from === undefined || each.at >= from) && (to === undefined || each.at < to),
      )
      .filter((each) => before === undefined || each.seq < before)
      .sort((a, b) => b.seq - a.seq);
    const records = found.slice(0, limit);
    return { records, next: found.length > limit ? (records.at(-1)?.seq ?? null) : null };
  }

  #beyond(permissions: string[]): boolean {
    const held = this.rights.filter((each) => each.grantable).map((each) => each.permission);
    return permissions.some((each) => !held.includes(each));
  }

  #view(found: UserView): UserView {
    return { ...found, beyond_reach: this.#beyond(found.permissions) };
  }

  #reach(found: UserView): void {
    if (found.primary) throw refuse("primary-administrator");
    if (found.beyond_reach) throw refuse("beyond-own-permissions");
  }

  #checkRights(permissions: string[]): void {
    if (this.#beyond(permissions)) throw refuse("beyond-own-permissions");
  }

  #checkPassword(password: string | null): void {
    if (password === null) return;
    const rules: PasswordRule[] = [];
    if (password.length < 8 || password.length > 16) rules.push("length");
    if (!/[A-Za-z]/.test(password)) rules.push("letter");
    if (!/[0-9]/.test(password)) rules.push("digit");
    if (rules.length > 0) throw refuse("password-rejected", { rules });
  }
}
