import type {
  AdministrationView,
  ApprovalProgress,
  ApprovalView,
  AuditPage,
  AuditQuery,
  CreatedUser,
  DiagnosisResult,
  EnrolmentView,
  EntryOpening,
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
} from "./generated";

export type * from "./generated";
export { ACTORS, CUSTOMER_NUMBER, IMPORT_HEADINGS, TRANSFER_CODE, USER_ID } from "./generated";

/** What the screens can ask of the app. Every refusal is a {@link Failure}. */
export interface Backend {
  overview(): Promise<Overview>;
  settings(): Promise<Settings>;
  saveSettings(settings: Settings): Promise<Settings>;
  /** Keeps what a proxy, named by a failure's place, is to be told, in the system's keystore. */
  keepProxyLogin(place: string, user: string, password: string): Promise<void>;
  forgetProxyLogins(): Promise<void>;
  /** Opens the system's file dialog; null if the user closes it. */
  chooseProfileFile(): Promise<ProfileView | null>;
  addProfile(text: string): Promise<ProfileView>;
  /** Keeps the profiles in the files that were dropped on the window; the last one, or null if there were none. */
  addDroppedProfiles(): Promise<ProfileView | null>;
  /**
   * Takes a certificate off this PC, if the user has agreed to what is lost with it; without that, or if it
   * is another loss by now, nothing happens and the answer says which.
   */
  removeIdentity(identityId: number, consent: RemovalConsent | null): Promise<IdentityRemoval>;
  /** Forgets the profile of this host, unless certificates that it brought are on this PC. */
  removeProfile(profileId: number, host: string): Promise<ProfileRemoval>;
  /** Opens the page in the browser where this profile's provider offers the newest version. */
  openUpdate(profileId: number): Promise<void>;
  /** Asks this profile's provider again which versions of the app it supports; the overview says the rest. */
  refreshPolicy(profileId: number): Promise<void>;
  startEnrolment(
    profileId: number,
    customerNumber: string,
    userId: string,
    password: string,
    /** The code that the old PC shows, when this PC takes its place. */
    transferCode: string | null,
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
  /** `currentPassword` is needed only after {@link startPasswordChange}. */
  changePassword(newPassword: string, currentPassword: string | null): Promise<SessionView>;
  /** The change of the password that the user asks for in the main menu. */
  startPasswordChange(): Promise<PasswordChangeView>;
  /** Leaves it; the session stays. */
  leavePasswordChange(): Promise<void>;
  /** What was done to the own account, newest first; before a record, or from the last one on. */
  history(before: number | null): Promise<AuditPage>;
  /** Has the user's own warnings sent to another address. */
  changeOwnEmail(email: string, password: string): Promise<SessionView>;
  /** Renews the certificate of the session, start of use included; the session goes on with it. */
  renewCertificate(onStep: (step: RenewalStep) => void): Promise<SessionView>;
  /** Finishes a renewal whose new certificate is already stored; needs no login. */
  finishRenewal(identityId: number, onStep: (step: RenewalStep) => void): Promise<IdentityView>;
  createTransferCode(): Promise<TransferCodeView>;
  /** The session's present state; counts as use of it. */
  session(): Promise<SessionView>;
  logout(): Promise<void>;
  /** Opens an entry of the main menu in the browser. */
  openEntry(id: string): Promise<EntryOpening>;
  /** What has become of an entry that the browser opens with a login. */
  handoff(id: string): Promise<HandoffView>;
  /** Whether it was the user who opened it in that browser. */
  answerHandoff(id: string, confirmed: boolean): Promise<void>;
  /** What the next page in the browser asks for, if one does; the same one until it is closed. */
  nextApproval(): Promise<ApprovalView | null>;
  /** Approves it; without a password only as the open login. Settles once the browser has its answer. */
  approve(identityId: number, password: string | null): Promise<LoginView>;
  /** Says no to it, and closes it. */
  declineApproval(): Promise<void>;
  /** What has become of it since it was approved. */
  approvalProgress(): Promise<ApprovalProgress>;
  closeApproval(): Promise<void>;

  /** What the administrator of this session may do. */
  administration(): Promise<AdministrationView>;
  users(query: UserQuery): Promise<UserPage>;
  user(userId: string): Promise<UserView>;
  createUser(user: NewUser): Promise<UserAnswer>;
  changeUser(userId: string, change: UserChange): Promise<UserView>;
  actOnUser(userId: string, request: UserActionRequest): Promise<UserAnswer>;
  /** Opens the system's file dialog and checks the chosen CSV file; null if the user closes it. */
  chooseImportFile(): Promise<ImportPreview | null>;
  /**
   * Creates the users of the file that was checked last, all or none. The administrator has agreed, or has
   * not, that its columns without a use are left out.
   */
  importUsers(leaveColumnsOut: boolean): Promise<CreatedUser[]>;
  /** Saves all users as a CSV file that an import can read; its name, or null if the user closes the dialog. */
  exportUsers(fileName: string, language: Language): Promise<string | null>;
  auditPage(query: AuditQuery): Promise<AuditPage>;
  /**
   * Saves the records that the query finds, all pages, as a CSV file; as {@link exportUsers}. The columns:
   * number, time, actor, the actor's name, event, subject, the subject's name, certificate, device, address,
   * reason, times. The words: the acts, and the kinds of actor `provider`, `system` and `unproved`, the last to stand behind a user ID.
   */
  exportAudit(query: AuditQuery, texts: ExportTexts): Promise<string | null>;

  /** Checks everything between here and a login, telling of each result as it comes; changes nothing. */
  diagnose(onResult: (result: DiagnosisResult) => void): Promise<DiagnosisResult[]>;
  /** Saves the last diagnosis, the settings and the log for support; as {@link exportUsers}. */
  saveSupportBundle(): Promise<string | null>;
  /** What the user has been told before something expires, newest first. */
  notices(): Promise<NoticeView[]>;
  /** The list has been read, up to this notice. */
  readNotices(until: number): Promise<void>;
  /** Saves an expiry as a calendar file; as {@link exportUsers}. */
  saveCalendar(identityId: number, expiring: Expiring): Promise<string | null>;
  /** Shows a notification that warns of nothing, to see whether they come. */
  testNotification(): Promise<void>;
  /** Copies a text; a secret is cleared after 90 s, unless another program has copied something by then. */
  copy(text: string, secret: boolean): Promise<void>;
  /** Opens the folder of the log in the system's file manager. */
  openLogFolder(): Promise<void>;
  /** The licences of what is built in, as the package has them. */
  licences(): Promise<string>;
  /** Prints what the window shows, as its print styles say. */
  print(): Promise<void>;
  /** Gives the way to hear no more. */
  onNavigate(heard: (target: Target) => void): () => void;
  /** As {@link onNavigate}; a page in the browser asks for something. */
  onLinkCame(heard: () => void): () => void;
  /** As {@link onNavigate}; a profile has come from outside, by a double click for instance. */
  onProfileAdded(heard: (profileId: number) => void): () => void;
  /** As {@link onNavigate}; files are above the window, or not any more, or were dropped on it. */
  onFilesDragged(heard: (dragged: Dragged) => void): () => void;
  /** As {@link onNavigate}. */
  onCertificatesChanged(heard: () => void): () => void;
}

/** Where files that are dragged are. Which they are, the window is not told. */
export type Dragged = "over" | "away" | "dropped";

/** What a command rejected with, or `app-failed` if it is not the shell's own answer. */
export function asFailure(thrown: unknown): Failure {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) {
    const { code, details, session_ended } = thrown as Partial<Failure>;
    if (typeof code === "string")
      return { code, details: details ?? {}, session_ended: session_ended ?? false };
  }
  return { code: "app-failed", details: {}, session_ended: false };
}
