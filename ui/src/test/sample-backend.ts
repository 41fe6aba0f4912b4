import type {
  AdministrationView,
  ApprovalProgress,
  ApprovalView,
  AuditPage,
  AuditQuery,
  AuditRecord,
  Backend,
  CreatedUser,
  Details,
  DiagnosisResult,
  Dragged,
  EnrolmentView,
  EntryOpening,
  ErrorCode,
  Expiring,
  ExportTexts,
  Failure,
  HandoffView,
  IdentityRemoval,
  IdentityView,
  ImportPreview,
  IssuanceStep,
  Language,
  LoginPrompt,
  LoginView,
  Loss,
  NewUser,
  NoticeView,
  Overview,
  PasswordChangeView,
  ProfileRemoval,
  ProfileView,
  RemovalConsent,
  RenewalStep,
  RuleCheck,
  SessionView,
  Settings,
  Target,
  TransferCodeView,
  UserActionRequest,
  UserAnswer,
  UserChange,
  UserPage,
  UserQuery,
  UserView,
} from "../backend";
import { SampleDirectory } from "./sample-administration";
import { FIREFOX, handoff, overview, POLICY, PROFILE, session, USABLE } from "./sample-data";

const ENDS_SESSION: ErrorCode[] = [
  "session-ended",
  "certificate-revoked",
  "certificate-superseded",
  "account-suspended",
];

export function failure(code: ErrorCode, details: Details = {}): Failure {
  return { code, details, session_ended: ENDS_SESSION.includes(code) };
}

type Call = { name: keyof Backend; args: unknown[] };

/** A backend without a shell: answers with sample data, fails as told, and remembers its calls. */
export class SampleBackend implements Backend {
  calls: Call[] = [];
  current: Overview = overview([USABLE]);
  /** What the overview is after the provider was asked again, if it changes. */
  refreshed: Overview | null = null;
  saved: Settings = {
    language: "ja",
    theme: "system",
    text_percent: 100,
    start_at_login: true,
    proxy: { kind: "system" },
  };
  next: EnrolmentView["next"] = { step: "change-password", reason: "initial", expires_in: 180 };
  prompt: LoginPrompt = { identity: USABLE, attempts_left: 5, password_max_length: 16 };
  loginView: LoginView = { outcome: "logged-in", session: session() };
  sessionView: SessionView = session();
  issued: IdentityView = USABLE;
  chosenFile: ProfileView | null = PROFILE;
  /** The session after a renewal. */
  renewed: SessionView = session({ renewable: false });
  /** The steps that a renewal gets through before it fails or succeeds. */
  renewalSteps: RenewalStep[] = ["obtain", "store", "start-use"];
  /** The steps that an issuance gets through before it fails or succeeds. */
  steps: IssuanceStep[] = ["make-key", "request", "verify", "store"];
  /** What a diagnosis finds. */
  findings: DiagnosisResult[] = [
    {
      check: "name-resolution",
      subject: "service.sample.example:8444",
      outcome: { kind: "passed" },
      facts: [{ name: "address", value: "192.0.2.10" }],
      milliseconds: 12,
    },
    {
      check: "clock",
      subject: null,
      outcome: { kind: "passed" },
      facts: [{ name: "clock-ahead-seconds", value: 1 }],
      milliseconds: 8,
    },
    { check: "keystore", subject: null, outcome: { kind: "passed" }, facts: [], milliseconds: 140 },
  ];
  /** What becomes of an entry that the browser opens with a login, one at each question; the last one stays. */
  handoffViews: HandoffView[] = [];
  /** What pages in the browser ask for, the shown one first. */
  approvals: ApprovalView[] = [];
  /** What becomes of an approval. */
  progress: ApprovalProgress = "over";
  /** What the user has been told, newest first. */
  told: NoticeView[] = [];
  directory = new SampleDirectory();
  /** What was done to the own account, newest first. */
  ownRecords: AuditRecord[] = [];
  /** The name that the file dialog ends with; null if it is closed. */
  savedFile: string | null = "export.csv";
  delay = 0;
  /** Commands that only `cancel` ends. */
  hanging = new Set<keyof Backend>();
  #failures = new Map<keyof Backend, Failure[]>();
  #handoffs = 0;
  #cancels = new Set<(failure: Failure) => void>();
  #navigate: (target: Target) => void = () => {};
  #changed: () => void = () => {};
  #linkCame: () => void = () => {};
  #profileAdded: (profileId: number) => void = () => {};
  #dragged: (dragged: Dragged) => void = () => {};

  /** The next call of the command fails, or several in their order. */
  fail(name: keyof Backend, ...failures: Failure[]): void {
    this.#failures.set(name, [...(this.#failures.get(name) ?? []), ...failures]);
  }

  called(name: keyof Backend): Call[] {
    return this.calls.filter((call) => call.name === name);
  }

  navigate(target: Target): void {
    this.#navigate(target);
  }

  /** A page in the browser asks for something. */
  linkCame(): void {
    this.#linkCame();
  }

  certificatesChanged(): void {
    this.#changed();
  }

  /** A double click on a profile's file, agreed to. */
  profileCame(profile: ProfileView): void {
    this.#add(profile);
    this.#profileAdded(profile.id);
  }

  drag(dragged: Dragged): void {
    this.#dragged(dragged);
  }

  overview = (): Promise<Overview> => this.#answer("overview", [], () => this.current);
  settings = (): Promise<Settings> => this.#answer("settings", [], () => this.saved);
  saveSettings = (settings: Settings): Promise<Settings> =>
    this.#answer("saveSettings", [settings], () => (this.saved = settings));
  keepProxyLogin = (place: string, user: string, password: string): Promise<void> =>
    this.#answer("keepProxyLogin", [place, user, password], () => undefined);
  forgetProxyLogins = (): Promise<void> => this.#answer("forgetProxyLogins", [], () => undefined);
  chooseProfileFile = (): Promise<ProfileView | null> =>
    this.#answer("chooseProfileFile", [], () => this.chosenFile && this.#add(this.chosenFile));
  addProfile = (text: string): Promise<ProfileView> =>
    this.#answer("addProfile", [text], () => this.#add(PROFILE));
  addDroppedProfiles = (): Promise<ProfileView | null> =>
    this.#answer("addDroppedProfiles", [], () => this.chosenFile && this.#add(this.chosenFile));
  removeIdentity = (id: number, consent: RemovalConsent | null): Promise<IdentityRemoval> =>
    this.#answer("removeIdentity", [id, consent], () => this.#removeIdentity(id, consent));
  removeProfile = (id: number, host: string): Promise<ProfileRemoval> =>
    this.#answer("removeProfile", [id, host], () => {
      const users = this.current.identities.filter(
        (one) => one.profile_id === id && !["revoked", "superseded"].includes(one.standing.kind),
      ).length;
      if (users > 0) return { outcome: "in-use", users };
      const stays = (profile: number): boolean => profile !== id;
      this.current = {
        ...this.current,
        profiles: this.current.profiles.filter((one) => stays(one.id)),
        identities: this.current.identities.filter((one) => stays(one.profile_id)),
      };
      return { outcome: "removed" };
    });
  openUpdate = (profileId: number): Promise<void> =>
    this.#answer("openUpdate", [profileId], () => {});
  refreshPolicy = (profileId: number): Promise<void> =>
    this.#answer(
      "refreshPolicy",
      [profileId],
      () => void (this.current = this.refreshed ?? this.current),
    );
  startEnrolment = (
    ...args: [number, string, string, string, string | null]
  ): Promise<EnrolmentView> =>
    this.#answer("startEnrolment", args, () => ({
      customer_name: "株式会社サンプル商事",
      holder_name: null,
      next: this.next,
      password_policy: POLICY,
    }));
  checkPassword = (candidate: string): Promise<RuleCheck[]> =>
    this.#answer("checkPassword", [candidate], () => [
      {
        rule: "length",
        met: candidate.length >= POLICY.min_length && candidate.length <= POLICY.max_length,
      },
      { rule: "characters", met: candidate !== "" && /^[\x21-\x3b\x3f-\x7e]*$/.test(candidate) },
      { rule: "letter", met: /[A-Za-z]/.test(candidate) },
      { rule: "digit", met: /[0-9]/.test(candidate) },
    ]);
  changeInitialPassword = (newPassword: string): Promise<void> =>
    this.#answer("changeInitialPassword", [newPassword], () => {});
  issueCertificate = async (onStep: (step: IssuanceStep) => void): Promise<IdentityView> => {
    for (const step of this.steps) {
      onStep(step);
      if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    }
    return this.#answer("issueCertificate", [], () => {
      this.current = { ...this.current, identities: [this.issued] };
      return this.issued;
    });
  };
  cancel = async (): Promise<void> => {
    this.calls.push({ name: "cancel", args: [] });
    for (const reject of this.#cancels) reject(failure("cancelled"));
    this.#cancels.clear();
  };
  proveIdentity = (id: number): Promise<LoginPrompt> =>
    this.#answer("proveIdentity", [id], () => ({
      ...this.prompt,
      identity: this.current.identities.find((identity) => identity.id === id) ?? USABLE,
    }));
  login = (password: string): Promise<LoginView> =>
    this.#answer("login", [password], () => this.loginView);
  changePassword = (newPassword: string, currentPassword: string | null): Promise<SessionView> =>
    this.#answer("changePassword", [newPassword, currentPassword], () => this.sessionView);
  startPasswordChange = (): Promise<PasswordChangeView> =>
    this.#answer("startPasswordChange", [], () => ({
      expires_in: POLICY.change_seconds,
      password_policy: POLICY,
    }));
  leavePasswordChange = (): Promise<void> => this.#answer("leavePasswordChange", [], () => {});
  renewCertificate = async (onStep: (step: RenewalStep) => void): Promise<SessionView> => {
    await this.#step(onStep);
    return this.#answer("renewCertificate", [], () => (this.sessionView = this.renewed));
  };
  finishRenewal = async (
    id: number,
    onStep: (step: RenewalStep) => void,
  ): Promise<IdentityView> => {
    onStep("start-use");
    return this.#answer("finishRenewal", [id], () => {
      const identities = this.current.identities.map((one) =>
        one.id === id ? { ...one, renewal: null } : one,
      );
      this.current = { ...this.current, identities };
      return identities.find((one) => one.id === id) ?? USABLE;
    });
  };
  history = (before: number | null): Promise<AuditPage> =>
    this.#answer("history", [before], () => {
      const after = this.ownRecords.filter((one) => before === null || one.seq < before);
      const records = after.slice(0, 3);
      return { records, next: after.length > 3 ? (records.at(-1)?.seq ?? null) : null };
    });
  changeOwnEmail = (email: string, password: string): Promise<SessionView> =>
    this.#answer("changeOwnEmail", [email, password], () => ({ ...this.sessionView, email }));
  createTransferCode = (): Promise<TransferCodeView> =>
    this.#answer("createTransferCode", [], () => ({
      code: "7KXM-2QRD-9HVT",
      expires_at: Math.floor(Date.now() / 1000) + 1800,
      expires_in: 1800,
    }));
  session = (): Promise<SessionView> => this.#answer("session", [], () => this.sessionView);
  logout = (): Promise<void> => this.#answer("logout", [], () => {});
  openEntry = (id: string): Promise<EntryOpening> =>
    this.#answer("openEntry", [id], () => {
      const entry = this.sessionView.entries.find((entry) => entry.id === id);
      if (!entry?.signs_in) return { kind: "address" };
      this.#handoffs += 1;
      return { kind: "handoff", id: `handoff-${this.#handoffs}`, expires_in: 60 };
    });
  handoff = (id: string): Promise<HandoffView> =>
    this.#answer("handoff", [id], () => {
      const next = this.handoffViews.length > 1 ? this.handoffViews.shift() : this.handoffViews[0];
      return next ?? { state: "waiting", browser: null, expires_in: 60 };
    });
  answerHandoff = (id: string, confirmed: boolean): Promise<void> =>
    this.#answer("answerHandoff", [id, confirmed], () => {
      this.handoffViews = [
        confirmed ? handoff("opened", FIREFOX) : handoff("declined", FIREFOX, 0),
      ];
    });
  nextApproval = (): Promise<ApprovalView | null> =>
    this.#answer("nextApproval", [], () => this.approvals[0] ?? null);
  approve = (identityId: number, password: string | null): Promise<LoginView> =>
    this.#answer("approve", [identityId, password], () => this.loginView);
  declineApproval = (): Promise<void> =>
    this.#answer("declineApproval", [], () => void this.approvals.shift());
  approvalProgress = (): Promise<ApprovalProgress> =>
    this.#answer("approvalProgress", [], () => this.progress);
  closeApproval = (): Promise<void> =>
    this.#answer("closeApproval", [], () => void this.approvals.shift());
  administration = (): Promise<AdministrationView> =>
    this.#answer("administration", [], () => this.directory.administration());
  users = (query: UserQuery): Promise<UserPage> =>
    this.#answer("users", [query], () => this.directory.page(query));
  user = (userId: string): Promise<UserView> =>
    this.#answer("user", [userId], () => this.directory.user(userId));
  createUser = (user: NewUser): Promise<UserAnswer> =>
    this.#answer("createUser", [user], () => this.directory.create(user));
  changeUser = (userId: string, change: UserChange): Promise<UserView> =>
    this.#answer("changeUser", [userId, change], () => this.directory.change(userId, change));
  actOnUser = (userId: string, request: UserActionRequest): Promise<UserAnswer> =>
    this.#answer("actOnUser", [userId, request], () => this.directory.act(userId, request));
  chooseImportFile = (): Promise<ImportPreview | null> =>
    this.#answer("chooseImportFile", [], () => this.directory.file);
  importUsers = (leaveColumnsOut: boolean): Promise<CreatedUser[]> =>
    this.#answer("importUsers", [leaveColumnsOut], () => this.directory.import());
  exportUsers = (fileName: string, language: Language): Promise<string | null> =>
    this.#answer("exportUsers", [fileName, language], () => this.savedFile);
  auditPage = (query: AuditQuery): Promise<AuditPage> =>
    this.#answer("auditPage", [query], () => this.directory.audit(query));
  exportAudit = (query: AuditQuery, texts: ExportTexts): Promise<string | null> =>
    this.#answer("exportAudit", [query, texts], () => this.savedFile);
  diagnose = async (onResult: (result: DiagnosisResult) => void): Promise<DiagnosisResult[]> => {
    for (const result of this.findings) {
      onResult(result);
      if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    }
    return this.#answer("diagnose", [], () => this.findings);
  };
  saveSupportBundle = (): Promise<string | null> =>
    this.#answer("saveSupportBundle", [], () => this.savedFile);
  notices = (): Promise<NoticeView[]> => this.#answer("notices", [], () => this.told);
  readNotices = (until: number): Promise<void> =>
    this.#answer("readNotices", [until], () => {
      this.told = this.told.map((one) => (one.id <= until ? { ...one, read: true } : one));
    });
  saveCalendar = (identityId: number, expiring: Expiring): Promise<string | null> =>
    this.#answer("saveCalendar", [identityId, expiring], () => this.savedFile);
  testNotification = (): Promise<void> => this.#answer("testNotification", [], () => {});
  copy = (text: string, secret: boolean): Promise<void> =>
    this.#answer("copy", [text, secret], () => void navigator.clipboard.writeText(text));
  openLogFolder = (): Promise<void> => this.#answer("openLogFolder", [], () => {});
  licences = (): Promise<string> => this.#answer("licences", [], () => "A crate: Apache-2.0\n");
  print = (): Promise<void> => this.#answer("print", [], () => {});
  onNavigate = (heard: (target: Target) => void): (() => void) => {
    this.#navigate = heard;
    return () => (this.#navigate = () => {});
  };
  onLinkCame = (heard: () => void): (() => void) => {
    this.#linkCame = heard;
    return () => (this.#linkCame = () => {});
  };
  onProfileAdded = (heard: (profileId: number) => void): (() => void) => {
    this.#profileAdded = heard;
    return () => (this.#profileAdded = () => {});
  };
  onFilesDragged = (heard: (dragged: Dragged) => void): (() => void) => {
    this.#dragged = heard;
    return () => (this.#dragged = () => {});
  };
  onCertificatesChanged = (heard: () => void): (() => void) => {
    this.#changed = heard;
    return () => (this.#changed = () => {});
  };

  async #step(onStep: (step: RenewalStep) => void): Promise<void> {
    for (const step of this.renewalSteps) {
      onStep(step);
      if (this.delay > 0) await new Promise((resolve) => setTimeout(resolve, this.delay));
    }
  }

  #removeIdentity(id: number, consent: RemovalConsent | null): IdentityRemoval {
    const identity = this.current.identities.find((one) => one.id === id);
    if (!identity) return { outcome: "removed" };
    const loss = lossOf(identity);
    if (consent?.loss !== loss || consent.user_id !== identity.user_id)
      return { outcome: "unconfirmed", loss };
    this.current = {
      ...this.current,
      identities: this.current.identities.filter((one) => one.id !== id),
    };
    return { outcome: "removed" };
  }

  #add(profile: ProfileView): ProfileView {
    this.current = { ...this.current, profiles: [...this.current.profiles, profile] };
    return profile;
  }

  async #answer<T>(name: keyof Backend, args: unknown[], answer: () => T): Promise<T> {
    this.calls.push({ name, args });
    if (this.hanging.has(name)) {
      await new Promise<never>((_resolve, reject) => this.#cancels.add(reject));
    }
    if (this.delay > 0 && name !== "checkPassword") {
      await new Promise((resolve) => setTimeout(resolve, this.delay));
    }
    const planned = this.#failures.get(name)?.shift();
    if (planned) throw planned;
    return answer();
  }
}

/** What is lost with a certificate, as the app says it. */
function lossOf({ standing }: IdentityView): Loss {
  switch (standing.kind) {
    case "revoked":
    case "superseded":
      return "nothing";
    case "expired":
      return "expired";
    case "incomplete":
      return "issuance";
    case "usable":
    case "renew-soon":
    case "not-yet-valid":
      return "login";
  }
}
