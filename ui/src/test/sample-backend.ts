import type {
  Backend,
  Details,
  EnrolmentView,
  ErrorCode,
  Failure,
  IdentityView,
  IssuanceStep,
  LoginPrompt,
  LoginView,
  Overview,
  ProfileView,
  RuleCheck,
  SessionView,
  Settings,
  Target,
} from "../backend";
import { overview, POLICY, PROFILE, session, USABLE } from "./sample-data";

export function failure(code: ErrorCode, details: Details = {}): Failure {
  return { code, details };
}

type Call = { name: keyof Backend; args: unknown[] };

/** A backend without a shell: answers with sample data, fails as told, and remembers its calls. */
export class SampleBackend implements Backend {
  calls: Call[] = [];
  current: Overview = overview([USABLE]);
  saved: Settings = { language: "ja", theme: "system", text_percent: 100 };
  next: EnrolmentView["next"] = { step: "change-password", reason: "initial", seconds: 180 };
  prompt: LoginPrompt = { identity: USABLE, tries_left: 5, password_max_length: 16 };
  loginView: LoginView = { outcome: "logged-in", session: session() };
  sessionView: SessionView = session();
  issued: IdentityView = USABLE;
  chosenFile: ProfileView | null = PROFILE;
  /** The steps that an issuance gets through before it fails or succeeds. */
  steps: IssuanceStep[] = ["make-key", "request", "verify", "store"];
  delay = 0;
  /** Commands that only `cancel` ends. */
  hanging = new Set<keyof Backend>();
  #failures = new Map<keyof Backend, Failure[]>();
  #cancels = new Set<(failure: Failure) => void>();
  #navigate: (target: Target) => void = () => {};
  #changed: () => void = () => {};

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

  certificatesChanged(): void {
    this.#changed();
  }

  overview = (): Promise<Overview> => this.#answer("overview", [], () => this.current);
  settings = (): Promise<Settings> => this.#answer("settings", [], () => this.saved);
  saveSettings = (settings: Settings): Promise<Settings> =>
    this.#answer("saveSettings", [settings], () => (this.saved = settings));
  chooseProfileFile = (): Promise<ProfileView | null> =>
    this.#answer("chooseProfileFile", [], () => this.chosenFile && this.#add(this.chosenFile));
  addProfile = (text: string): Promise<ProfileView> => this.#answer("addProfile", [text], () => this.#add(PROFILE));
  startEnrolment = (...args: [number, string, string, string]): Promise<EnrolmentView> =>
    this.#answer("startEnrolment", args, () => ({
      customer_name: "株式会社サンプル商事",
      next: this.next,
      password_policy: POLICY,
    }));
  checkPassword = (candidate: string): Promise<RuleCheck[]> =>
    this.#answer("checkPassword", [candidate], () => [
      { rule: "length", met: candidate.length >= POLICY.min_length && candidate.length <= POLICY.max_length },
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
  login = (password: string): Promise<LoginView> => this.#answer("login", [password], () => this.loginView);
  changePassword = (newPassword: string): Promise<SessionView> =>
    this.#answer("changePassword", [newPassword], () => this.sessionView);
  session = (): Promise<SessionView> => this.#answer("session", [], () => this.sessionView);
  logout = (): Promise<void> => this.#answer("logout", [], () => {});
  openEntry = (id: string): Promise<void> => this.#answer("openEntry", [id], () => {});
  onNavigate = (heard: (target: Target) => void): void => void (this.#navigate = heard);
  onCertificatesChanged = (heard: () => void): void => void (this.#changed = heard);

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
