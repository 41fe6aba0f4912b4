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
  UserCounts,
  UserPage,
  UserQuery,
  UserSort,
  UserState,
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
    pc_name: null,
    last_login_at: NOW - 2 * DAY,
    version: 1,
    ...changes,
  };
}

/** A user of each kind; the last one has no name. */
export const USERS: UserView[] = [
  user("kanri01", {
    name: "佐藤 花子",
    department: "経理部",
    yourself: true,
    permissions: ["user-administration", "claims.view", "claims.request"],
  }),
  user("sekinin", {
    name: "渡辺 正",
    department: "代表取締役",
    primary: true,
    permissions: RIGHTS.map((each) => each.permission),
  }),
  user("shorui", {
    name: "伊藤 さくら",
    department: "総務部",
    permissions: ["documents"],
    email: null,
  }),
  user("tanto01", { name: "加藤 誠", department: "営業部" }),
  user("tanto02", { name: "鈴木 美咲", department: "経理部", locked: true }),
  user("tanto03", { name: "小林 由美", department: "経理部", suspended_at: NOW - 9 * DAY }),
  user("tanto04", {
    name: "中村 大輔",
    department: "大阪支店",
    initial_password: true,
    may_issue: true,
    certificate_not_after: null,
    last_login_at: null,
  }),
  user("tanto05", {
    name: "高橋 健",
    department: "総務部",
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

/** As searches compare: width, case and blanks make no difference, nor hiragana and katakana. */
function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\s/g, "")
    .replace(/[\u30a1-\u30f6]/g, (kana) => String.fromCharCode(kana.charCodeAt(0) - 0x60));
}

const STATES: Record<UserState, (user: UserView) => boolean> = {
  locked: (user) => user.locked,
  suspended: (user) => user.suspended_at !== null,
  expiring: ({ certificate_not_after: end, certificate_expired }) =>
    end !== null && !certificate_expired && end < NOW + 28 * DAY,
  expired: (user) => user.certificate_expired,
  "without-certificate": (user) => user.certificate_not_after === null,
  "initial-password": (user) => user.initial_password,
  unnamed: (user) => user.name === null,
};

const SORTED: Record<UserSort, (user: UserView) => string | number | null> = {
  "user-id": (user) => user.user_id,
  name: (user) => user.name && folded(user.name),
  department: (user) => user.department && folded(user.department),
  "certificate-not-after": (user) => user.certificate_not_after,
  "last-login-at": (user) => user.last_login_at,
};

export function record(seq: number, changes: Partial<AuditRecord> = {}): AuditRecord {
  return {
    seq,
    at: NOW - (1000 - seq) * 600,
    actor_kind: "user",
    actor: "tanto01",
    actor_name: "加藤 誠",
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

const BY_SATO = { actor: "kanri01", actor_name: "佐藤 花子" };
const BY_SUZUKI = { actor: "tanto02", actor_name: "鈴木 美咲" };

export const RECORDS: AuditRecord[] = [
  record(10, { event: "user-created", ...BY_SATO, subject: "tanto06" }),
  record(9, {
    event: "locked",
    ...BY_SUZUKI,
    subject: "tanto02",
    subject_name: "鈴木 美咲",
  }),
  record(8, { event: "login-failed", ...BY_SUZUKI }),
  record(7, { event: "reissued", ...BY_SATO, subject: "tanto04", subject_name: "中村 大輔" }),
  record(6, {
    event: "certificate-revoked",
    ...BY_SATO,
    subject: "tanto04",
    subject_name: "中村 大輔",
  }),
  record(5, { event: "weather-changed", actor: "tanto01" }),
  record(4),
  record(3, { event: "certificate-issued", actor: "tanto01", subject: "tanto01" }),
  record(2, { event: "enrolment-started", actor: "tanto01", certificate: null }),
  record(1, {
    event: "customer-added",
    actor_kind: "provider",
    actor: "provider",
    actor_name: null,
    certificate: null,
    device: null,
    address: null,
  }),
];

/** Users and records in memory, with the backend's rules, as far as the screens can meet them. */
export class SampleDirectory {
  rights: PermissionView[] = RIGHTS;
  /** An older backend knows of neither names nor states. */
  names = true;
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
      name: ["田中 一郎", "山田 恵", null][index] ?? null,
      department: index === 0 ? "営業部" : null,
      email: index === 2 ? null : `${user_id}@sample.example`,
      permissions: index === 0 ? ["claims.view", "claims.request"] : ["claims.view"],
      has_password: false,
    })),
    problem_count: 0,
    problems: [],
  };

  administration(): AdministrationView {
    return {
      permissions: this.rights,
      import_max_users: 1000,
      names: this.names,
      expiring_days: this.names ? 28 : 0,
    };
  }

  page(query: UserQuery): UserPage {
    const { search = "", after, limit = 50, state, sort = "user-id", direction } = query;
    const newer = [state, query.sort, direction, query.counts].some((each) => each !== undefined);
    if (newer && !this.names) throw refuse("invalid-request");
    const wanted = folded(search);
    const value = SORTED[sort];
    const turn = direction === "descending" ? -1 : 1;
    const found = this.users
      .map((each) => this.#view(each))
      .filter(({ user_id, name, department, email }) =>
        [user_id, name, department, email].some((each) => folded(each ?? "").includes(wanted)),
      )
      .filter((each) => state === undefined || STATES[state](each))
      .sort((a, b) => {
        const [one, other] = [value(a), value(b)];
        if (one === other) return a.user_id < b.user_id ? -1 : 1;
        // Those without it come last, in either direction.
        if (one === null || other === null) return one === null ? 1 : -1;
        return (one < other ? -1 : 1) * turn;
      });
    const from = after === undefined ? 0 : found.findIndex((each) => each.user_id === after) + 1;
    const users = found.slice(from, from + limit);
    const last = users.at(-1)?.user_id ?? null;
    return {
      users,
      next: found.length > from + limit ? last : null,
      counts: query.counts ? this.#counts() : null,
    };
  }

  #counts(): UserCounts {
    const of = (state: UserState): number => this.users.filter(STATES[state]).length;
    return {
      all: this.users.length,
      locked: of("locked"),
      suspended: of("suspended"),
      expiring: of("expiring"),
      expired: of("expired"),
      without_certificate: of("without-certificate"),
      initial_password: of("initial-password"),
      unnamed: of("unnamed"),
    };
  }

  user(userId: string): UserView {
    const found = this.users.find((each) => each.user_id === userId);
    if (!found) throw refuse("user-not-found");
    return this.#view(found);
  }

  create(wanted: NewUser): UserAnswer {
    const { user_id, email, permissions, initial_password } = wanted;
    const [name, department] = [
      this.#name("name", wanted.name),
      this.#name("department", wanted.department),
    ];
    const id = user_id.trim().toLowerCase();
    if (!/^[a-z0-9._-]{3,20}$/.test(id)) throw refuse("invalid-request", { field: "user_id" });
    this.#checkPassword(initial_password);
    this.#checkRights(permissions);
    if (this.users.some((each) => each.user_id === id)) throw refuse("user-exists");
    const created = user(id, {
      name: name ?? null,
      department: department ?? null,
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

  change(userId: string, change: UserChange): UserView {
    const { version, email, permissions } = change;
    const found = this.user(userId);
    const same =
      permissions.length === found.permissions.length &&
      permissions.every((each) => found.permissions.includes(each));
    if (found.yourself && !same) throw refuse("own-account");
    if (!found.yourself) this.#reach(found);
    if (found.version !== version) throw refuse("user-changed");
    if (!same) this.#checkRights(permissions);
    const name = this.#name("name", change.name) ?? found.name;
    const department = this.#name("department", change.department) ?? found.department;
    return this.put({
      ...found,
      name: change.name === "" ? null : name,
      department: change.department === "" ? null : department,
      email,
      permissions,
    });
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
    return (this.file?.sample ?? []).map(({ user_id, name, department, email, permissions }) => {
      const { initial_password } = this.create({
        user_id,
        name,
        department,
        email,
        permissions,
        initial_password: null,
      });
      return { user_id, name, department, initial_password: initial_password ?? "" };
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

  /** A name as it is kept; none where nothing stands, undefined where nothing is told. */
  #name(field: string, text: string | null | undefined): string | null | undefined {
    if (text === null || text === undefined) return undefined;
    if (!this.names) throw refuse("invalid-request");
    if ([...text].length > 100 || /[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/.test(text))
      throw refuse("name-malformed", { field });
    return text.trim() === "" ? null : text.trim();
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
