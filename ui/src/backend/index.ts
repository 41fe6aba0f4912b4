import type {
  EnrolmentView,
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
} from "./generated";

export type * from "./generated";

/** Where the tray's menu leads. */
export type Target = { screen: "start" } | { screen: "login"; identity_id: number };

/** What the screens can ask of the app. Every refusal is a {@link Failure}. */
export interface Backend {
  overview(): Promise<Overview>;
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<Settings>;
  /** Opens the system's file dialog; null if the user closes it. */
  chooseProfileFile(): Promise<ProfileView | null>;
  addProfile(text: string): Promise<ProfileView>;
  startEnrolment(
    profileId: number,
    customerNumber: string,
    userId: string,
    password: string,
  ): Promise<EnrolmentView>;
  /** Checks a new password against every rule that needs no history. */
  checkPassword(candidate: string): Promise<RuleCheck[]>;
  changeInitialPassword(newPassword: string): Promise<void>;
  /** Tells `onStep` of each step as it begins, and settles when all are done. */
  issueCertificate(onStep: (step: IssuanceStep) => void): Promise<IdentityView>;
  /** Ends the running command, which then fails with `cancelled`. */
  cancel(): Promise<void>;
  proveIdentity(identityId: number): Promise<LoginPrompt>;
  login(password: string): Promise<LoginView>;
  changePassword(newPassword: string): Promise<SessionView>;
  /** The session's present state; counts as use of it. */
  session(): Promise<SessionView>;
  logout(): Promise<void>;
  openEntry(id: string): Promise<void>;
  onNavigate(heard: (target: Target) => void): void;
  onCertificatesChanged(heard: () => void): void;
}

/** What a command rejected with, or `app-failed` if it is not the shell's own answer. */
export function asFailure(thrown: unknown): Failure {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) {
    const { code, details } = thrown as Partial<Failure>;
    if (typeof code === "string") return { code, details: details ?? {} };
  }
  return { code: "app-failed", details: {} };
}
