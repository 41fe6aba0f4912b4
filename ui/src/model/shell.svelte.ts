import { getContext, setContext } from "svelte";

import {
  asFailure,
  type Backend,
  type Failure,
  type IdentityView,
  type LoginPrompt,
  type ManagedSetting,
  type Overview,
  type PasswordChangeReason,
  type PasswordPolicy,
  type Policy,
  type ProfileView,
  type SessionView,
  type Settings,
  type Target,
} from "../backend";
import { dates } from "./dates";
import { textsFor } from "../text";
import type { EntryId } from "../text/help/outline";

export type Screen =
  | { name: "loading" }
  | { name: "broken"; failure: Failure }
  | { name: "start" }
  | { name: "profile" }
  | { name: "issuance"; profile: ProfileView; resumed: IdentityView | null }
  | { name: "password"; prompt: LoginPrompt }
  | { name: "change"; prompt: LoginPrompt; demand: PasswordDemand }
  | { name: "menu"; session: SessionView; done?: MenuNews }
  | { name: "renewal"; session: SessionView }
  | { name: "finish-renewal"; identity: IdentityView }
  | { name: "own-password"; session: SessionView; demand: PasswordDemand }
  | { name: "transfer"; session: SessionView }
  | { name: "administration"; session: SessionView };

/** What the main menu confirms after the way back to it. */
export type MenuNews = "passwordChanged" | "renewed";

/** A password that has to be changed now. */
export type PasswordDemand = {
  reason: PasswordChangeReason | "wished";
  seconds: number;
  policy: PasswordPolicy;
};

/** What all screens share: which one is shown, the settings, the profiles and certificates. */
export class Shell {
  settings: Settings = $state({
    language: "ja",
    theme: "system",
    text_percent: 100,
    start_at_login: true,
    proxy: { kind: "system" },
  });
  overview: Overview = $state({
    profiles: [],
    identities: [],
    app_version: "",
    managed: { settings: [], problems: [] },
  });
  screen: Screen = $state.raw({ name: "loading" });
  helpShown = $state(false);
  /** The page of the manual that is read; its contents if none. */
  helpEntry: EntryId | null = $state(null);
  /** Shown over whatever the user was doing, like the help. */
  diagnosisShown = $state(false);
  /** Why the user is back at the start. */
  notice = $state.raw<Failure | null>(null);
  /** The certificate-selection dialog, and the certificate that it should offer first. */
  selecting = $state.raw<{ preferred: number | null } | null>(null);
  /** For screen readers, said politely. */
  announcement = $state("");
  #profileId = $state<number | null>(null);
  /** How many have work that a click in the tray must not discard. */
  #engaged = 0;

  readonly dates = $derived(dates(this.settings.language));
  readonly profile: ProfileView | null = $derived(
    this.overview.profiles.find((profile) => profile.id === this.#profileId) ??
      this.overview.profiles[0] ??
      null,
  );
  /** Every text, naming the help desk of the chosen profile's provider. */
  readonly text = $derived(textsFor(this.settings.language, this.profile?.support.name ?? ""));
  /** The provider's rules, if they have been heard. */
  readonly policy: Policy | null = $derived(this.profile?.policy ?? null);
  /** Whether the provider lets this version of the app begin nothing. */
  readonly outdated: boolean = $derived(this.profile?.update?.required ?? false);
  /** The certificates of the chosen profile. */
  readonly identities: IdentityView[] = $derived(
    this.overview.identities.filter((identity) => identity.profile_id === this.profile?.id),
  );

  constructor(readonly backend: Backend) {}

  /** Hears of the tray and of the other programs on this PC; gives the way to hear no more. */
  listen(): () => void {
    const deaf = [
      this.backend.onNavigate((target) => this.follow(target)),
      this.backend.onCertificatesChanged(() => void this.reload()),
    ];
    return () => deaf.forEach((end) => end());
  }

  async start(): Promise<void> {
    try {
      this.settings = await this.backend.settings();
    } catch {
      // The overview fails for the same reason, and its screen says why.
    }
    await this.open();
  }

  /** Loads everything and shows the start screen, or why that is impossible. */
  async open(): Promise<void> {
    this.screen = { name: "loading" };
    try {
      this.overview = await this.backend.overview();
      this.#chooseLastUsedProfile();
      this.screen = this.#home();
    } catch (thrown) {
      this.screen = { name: "broken", failure: asFailure(thrown) };
    }
  }

  async reload(): Promise<void> {
    const first = this.overview.profiles.length === 0;
    try {
      this.overview = await this.backend.overview();
    } catch {
      return;
    }
    // The first profile may also come from the command line.
    const came = first && this.overview.profiles.length > 0;
    if (came && this.screen.name === "profile") this.goToStart();
  }

  choose(profile: ProfileView): void {
    this.#profileId = profile.id;
  }

  goToStart(notice: Failure | null = null): void {
    this.helpShown = false;
    this.diagnosisShown = false;
    this.selecting = null;
    this.notice = notice;
    this.screen = this.#home();
  }

  /** Opens the certificate-selection dialog on the start screen. */
  select(preferred: number | null = null): void {
    this.goToStart();
    const identity = this.overview.identities.find((candidate) => candidate.id === preferred);
    if (identity) this.#profileId = identity.profile_id;
    if (this.identities.length > 0 && !this.outdated) this.selecting = { preferred };
  }

  issue(resumed: IdentityView | null = null): void {
    const id = resumed?.profile_id ?? this.profile?.id;
    const profile = this.overview.profiles.find((candidate) => candidate.id === id);
    if (!profile) return;
    this.notice = null;
    this.screen = { name: "issuance", profile, resumed };
  }

  /** The last step of a renewal whose new certificate is already on this PC. */
  finishRenewal(id: number): void {
    const identity = this.overview.identities.find((candidate) => candidate.id === id);
    if (identity?.renewal !== "stored") return this.goToStart();
    this.#profileId = identity.profile_id;
    this.go({ name: "finish-renewal", identity });
  }

  go(screen: Screen): void {
    this.notice = null;
    this.selecting = null;
    this.screen = screen;
  }

  /**
   * While anything is engaged, the tray brings the window to the front but leaves its screen alone.
   * Gives the way to end it.
   */
  engage(): () => void {
    this.#engaged += 1;
    return () => void (this.#engaged -= 1);
  }

  follow(target: Target): void {
    const { name } = this.screen;
    if (this.#engaged > 0 || "session" in this.screen || name === "change" || name === "broken") return;
    if (name === "loading" || name === "profile") return;
    if (target.screen === "login") this.select(target.identity_id);
    else if (target.screen === "finish-renewal") this.finishRenewal(target.identity_id);
    else this.goToStart();
  }

  /** Opens the change of the password from the main menu. */
  async changeOwnPassword(session: SessionView): Promise<void> {
    const { seconds, password_policy: policy } = await this.backend.startPasswordChange();
    this.go({ name: "own-password", session, demand: { reason: "wished", seconds, policy } });
  }

  /** Returns to the main menu with the session as it is now. */
  async toMenu(session: SessionView, done?: MenuNews): Promise<void> {
    const from = this.screen;
    let now = session;
    try {
      now = await this.backend.session();
    } catch (thrown) {
      // Anything else, the menu finds out with its own next request.
      if (this.endedBy(asFailure(thrown))) return;
    }
    // Whoever logged out meanwhile stays out.
    if (this.screen !== from) return;
    this.go(done ? { name: "menu", session: now, done } : { name: "menu", session: now });
  }

  /** Returns to the start if there is a login that the failure ends; tells whether it did. */
  endedBy(failure: Failure): boolean {
    const { name } = this.screen;
    const within = "session" in this.screen || name === "password" || name === "change";
    if (!within || !failure.session_ended) return false;
    this.goToStart(failure);
    void this.reload();
    return true;
  }

  /** Opens the manual over what the user was doing, at a page or at its contents. */
  openHelp(entry: EntryId | null = null): void {
    this.helpEntry = entry;
    this.helpShown = true;
  }

  announce(message: string): void {
    this.announcement = message;
  }

  /** Shows the change at once and saves it; a failure to save leaves it for this run. */
  /** Whether the IT department has decided it. */
  isManaged(setting: ManagedSetting): boolean {
    return this.overview.managed.settings.includes(setting);
  }

  async change(settings: Partial<Settings>): Promise<Failure | null> {
    this.settings = { ...this.settings, ...settings };
    try {
      this.settings = await this.backend.saveSettings($state.snapshot(this.settings));
      return null;
    } catch (thrown) {
      return asFailure(thrown);
    }
  }

  #home(): Screen {
    return { name: this.overview.profiles.length === 0 ? "profile" : "start" };
  }

  #chooseLastUsedProfile(): void {
    if (this.#profileId !== null) return;
    const last = this.overview.identities.find((identity) => identity.last_used);
    if (last) this.#profileId = last.profile_id;
  }
}

const KEY = Symbol("shell");

export function provideShell(shell: Shell): void {
  setContext(KEY, shell);
}

export function useShell(): Shell {
  return getContext<Shell>(KEY);
}
