import type {
  ApprovalView,
  BrowserView,
  HandoffState,
  HandoffView,
  IdentityView,
  Overview,
  PasswordPolicy,
  Policy,
  ProfileView,
  SessionView,
  Standing,
  UpdateNotice,
} from "../backend";

const DAY = 86_400;
/** Whole minutes look like certificates do. */
export const NOW = Math.floor(Date.now() / 60_000) * 60;

export const POLICY: PasswordPolicy = {
  min_length: 8,
  max_length: 16,
  history: 2,
  valid_days: 90,
  notice_days: 10,
  change_seconds: 180,
  max_attempts: 5,
};

export const SERVICE_POLICY: Policy = {
  service_name: "サンプル電子債権サービス",
  server_time: NOW,
  certificate_valid_days: 365,
  renewal_days: 28,
  warning_days: [28, 14, 7, 3, 1],
  warning_business_days: [3],
  urgent_days: 7,
  transfer_seconds: 1800,
  import_max_users: 1000,
  password: POLICY,
  app: null,
};

/** A logo of nobody. */
export const LOGO = `data:image/svg+xml;base64,${btoa(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="14" fill="#1f5fa8"/><path d="M10 20V12l12 8v-8" fill="none" stroke="#fff" stroke-width="3"/></svg>',
)}`;

export const PROFILE: ProfileView = {
  id: 1,
  service_name: "サンプル電子債権サービス",
  host: "service.sample.example",
  support: {
    name: "サンプルファクター お問い合わせ窓口",
    phone: "0120-000-000",
    email: "support@sample.example",
    hours: "平日 9:00～17:00",
  },
  provider: {
    name: { ja: "サンプルファクター", en: "Sample Factor" },
    service_name: { ja: "サンプル電子債権サービス", en: "Sample Recorded Claims" },
    accent: "#1f5fa8",
    logo: LOGO,
    contact: {
      name: { ja: "サンプルファクター お問い合わせ窓口", en: "Sample Factor Help Desk" },
      phone: "0120-000-000",
      email: "support@sample.example",
      hours: { ja: "平日 9:00～17:00", en: "Weekdays 9:00–17:00 (JST)" },
    },
  },
  policy: SERVICE_POLICY,
  app_code: null,
  update: null,
};

/** A newer version with a page to take it from. */
export const NEWER: UpdateNotice = {
  newest: "0.4.0",
  required: false,
  download_url: "https://service.sample.example/warifu",
};

export const OTHER_PROFILE: ProfileView = {
  ...PROFILE,
  id: 2,
  service_name: "見本ファクタリングサービス",
  provider: {
    ...PROFILE.provider,
    name: { ja: "見本ファクタリング", en: "Mihon Factoring" },
    service_name: { ja: "見本ファクタリングサービス", en: "Mihon Factoring Service" },
    accent: "#8a1c34",
    logo: null,
  },
};

export function identity(
  id: number,
  standing: Standing,
  changes: Partial<IdentityView> = {},
): IdentityView {
  const left =
    "days_left" in standing ? standing.days_left : standing.kind === "expired" ? -12 : 200;
  return {
    id,
    profile_id: PROFILE.id,
    service_name: PROFILE.service_name,
    customer_number: "12345678",
    customer_name: "株式会社サンプル商事",
    user_id: `tanto${String(id).padStart(2, "0")}`,
    holder_name: null,
    protection: "software",
    certificate:
      standing.kind === "incomplete"
        ? null
        : {
            thumbprint: String(id).padStart(64, "0"),
            serial: `4c7f0000${String(id).padStart(24, "0")}`,
            issuer: "サンプル電子債権サービス 認証局",
            not_before: NOW - (365 - left) * DAY,
            not_after: NOW + left * DAY + 3600,
          },
    standing,
    renewal: null,
    last_used: false,
    ...changes,
  };
}

export const USABLE = identity(
  1,
  { kind: "usable", days_left: 211 },
  { user_id: "kanri01", last_used: true },
);

export const EVERY_STANDING: IdentityView[] = [
  USABLE,
  identity(2, { kind: "renew-soon", days_left: 12 }, { protection: "hardware" }),
  identity(3, { kind: "incomplete" }),
  identity(4, { kind: "expired" }),
  identity(5, { kind: "not-yet-valid" }),
  identity(6, { kind: "revoked" }),
  identity(7, { kind: "superseded" }),
];

export function overview(
  identities: IdentityView[] = [],
  profiles: ProfileView[] = [PROFILE],
): Overview {
  return { profiles, identities, app_version: "0.1.0", managed: { settings: [], problems: [] } };
}

export const FIREFOX: BrowserView = {
  name: "firefox",
  version: 153,
  address: "10.0.0.5",
  same_address: true,
};

export function handoff(
  state: HandoffState,
  browser: BrowserView | null = null,
  expires_in = 60,
): HandoffView {
  return { state, browser, expires_in };
}

/** What a page in the browser asks for, while nobody is logged in. */
export function approval(changes: Partial<ApprovalView> = {}): ApprovalView {
  return {
    profile_id: PROFILE.id,
    identity_id: USABLE.id,
    asked: {
      client: { ja: "割引申込", en: "Discounts" },
      host: "waribiki.sample.example",
      requested_at: NOW - 18,
      expires_in: 282,
      browser: { name: "edge", version: 156, address: "192.0.2.15", same_address: true },
      address: "192.0.2.15",
      password: false,
    },
    password: true,
    session: null,
    ...changes,
  };
}

export function session(changes: Partial<SessionView> = {}): SessionView {
  const now = Math.floor(Date.now() / 1000);
  return {
    user: {
      customer_number: "12345678",
      customer_name: "株式会社サンプル商事",
      user_id: "kanri01",
      name: null,
      department: null,
    },
    certificate: {
      thumbprint: "0".repeat(64),
      not_before: now - 100 * DAY,
      not_after: now + 265 * DAY,
    },
    primary: true,
    renewable_from: now + 237 * DAY,
    renewable: false,
    password_expires_at: now + 80 * DAY,
    password_notice_from: now + 70 * DAY,
    password_notice: false,
    previous_login_at: now - 3 * DAY,
    last_failed_login_at: null,
    email: "hanako@sample.example",
    entries: [
      {
        id: "claims",
        title: { ja: "債権照会", en: "Claims" },
        description: {
          ja: "お手持ちの電子記録債権の残高と明細を照会します。",
          en: "See the balance and details of your claims.",
        },
        url: "https://service.sample.example/claims",
        signs_in: true,
      },
      {
        id: "requests",
        title: { ja: "買取請求", en: "Purchase requests" },
        description: {
          ja: "債権の買い取りを請求し、その状況を確認します。",
          en: "Ask for claims to be purchased, and follow your requests.",
        },
        url: "https://service.sample.example/requests",
      },
      {
        id: "documents",
        title: { ja: "帳票ダウンロード", en: "Documents" },
        description: {
          ja: "通知書や計算書などの帳票をダウンロードします。",
          en: "Download notices and statements.",
        },
        url: "https://service.sample.example/documents",
      },
    ],
    permissions: ["claims.view"],
    idle_seconds: 900,
    ends_at: now + 8 * 3600,
    ...changes,
  };
}
