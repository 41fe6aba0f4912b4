import { getContext, setContext } from "svelte";

import type {
  ApprovalView,
  Backend,
  Failure,
  IdentityView,
  ManagedSetting,
  Overview,
  Policy,
  ProfileView,
  Target,
} from "../backend";
import { textsFor } from "../text";
import { Announcer } from "./announcer.svelte";
import { answerTo } from "./answer";
import { Approvals } from "./approvals.svelte";
import { dates } from "./dates";
import { Face } from "./face.svelte";
import { Handoffs } from "./handoff.svelte";
import { saidOf } from "./handoff-words";
import { Place } from "./layer.svelte";
import { Notices } from "./notices.svelte";
import { Printing } from "./printing";
import { ProxyQuestion } from "./proxy-question.svelte";
import { Router, type Screen } from "./router.svelte";
import { Session } from "./session.svelte";
import { SettingsModel } from "./settings.svelte";

/** What all screens share: its parts, and the profiles and certificates of this PC. */
export class Shell {
  readonly router = new Router();
  readonly announcer = new Announcer();
  /** The row below the head. It is one for all layers: what it says counts below the help, too. */
  readonly alert = new Place();
  readonly settings: SettingsModel;
  readonly session: Session;
  /** What the main menu has opened in the browser. */
  readonly handoffs: Handoffs;
  /** What pages in the browser ask for. */
  readonly approvals: Approvals;
  readonly proxyQuestion = new ProxyQuestion();
  readonly printing = new Printing();
  /** What the user has been told before something expires. */
  readonly notices: Notices;
  overview: Overview = $state({
    profiles: [],
    identities: [],
    app_version: "",
    managed: { settings: [], problems: [] },
  });
  #profileId = $state<number | null>(null);

  readonly dates = $derived.by(() => dates(this.settings.current.language));
  readonly profile: ProfileView | null = $derived(
    this.overview.profiles.find((profile) => profile.id === this.#profileId) ??
      this.overview.profiles[0] ??
      null,
  );
  /** How the chosen profile's provider is seen. */
  readonly face = new Face(
    () => this.profile?.provider ?? null,
    () => this.settings.current.language,
  );
  /** Every text, naming the chosen profile's provider. */
  readonly text = $derived.by(() => textsFor(this.settings.current.language, this.face.name));
  /** The page's question that is shown over everything else. */
  readonly asked: ApprovalView | null = $derived.by(() =>
    this.router.mayAnswer() ? this.approvals.current : null,
  );
  /** The provider's rules, if they have been heard. */
  readonly policy: Policy | null = $derived(this.profile?.policy ?? null);
  /** Whether the provider lets this version of the app begin nothing. */
  readonly outdated: boolean = $derived(this.profile?.update?.required ?? false);
  /** The certificates of the chosen profile. */
  readonly identities: IdentityView[] = $derived(
    this.overview.identities.filter((identity) => identity.profile_id === this.profile?.id),
  );

  constructor(readonly backend: Backend) {
    this.settings = new SettingsModel(backend);
    this.approvals = new Approvals(backend);
    this.notices = new Notices(backend);
    this.handoffs = new Handoffs(backend, {
      came: (handoff) =>
        this.announcer.say(saidOf(handoff, this.text, this.settings.current.language)),
      endedBy: (failure) => this.session.endedBy(failure),
    });
    this.session = new Session(backend, this.router, (why) => {
      this.handoffs.forget();
      this.goToStart(why);
      void this.reload();
    });
  }

  /** Hears of the tray and of the other programs on this PC; gives the way to hear no more. */
  listen(): () => void {
    const deaf = [
      this.backend.onNavigate((target) => this.follow(target)),
      this.backend.onCertificatesChanged(() => void this.reload()),
      this.backend.onProfileAdded((id) => void this.#show(id)),
      this.backend.onLinkCame(() => void this.approvals.look()),
    ];
    return () => deaf.forEach((end) => end());
  }

  async start(): Promise<void> {
    // Where these cannot be read the overview cannot either, and its screen says why.
    await this.settings.load();
    await this.open();
  }

  /** Loads everything and shows the start screen, or why that is impossible. */
  async open(): Promise<void> {
    this.router.screen = { name: "loading" };
    const answer = await answerTo(this.backend.overview());
    if ("failure" in answer) {
      this.router.screen = { name: "broken", failure: answer.failure };
      return;
    }
    this.overview = answer.value;
    this.#chooseLastUsedProfile();
    this.router.screen = this.#home();
    void this.notices.load();
    // A page may have started the app.
    void this.approvals.look();
  }

  async reload(): Promise<void> {
    void this.notices.load();
    const first = this.overview.profiles.length === 0;
    const answer = await answerTo(this.backend.overview());
    if ("failure" in answer) return;
    this.overview = answer.value;
    // The first profile may also come from the command line.
    const came = first && this.overview.profiles.length > 0;
    if (came && this.router.screen.name === "profile") this.goToStart();
  }

  choose(profile: ProfileView): void {
    this.#profileId = profile.id;
  }

  goToStart(notice: Failure | null = null): void {
    this.router.goHome(this.#home(), notice);
  }

  /** Opens the certificate-selection dialog on the start screen. */
  select(preferred: number | null = null): void {
    this.goToStart();
    const identity = this.#identity(preferred);
    if (identity) this.#profileId = identity.profile_id;
    if (this.identities.length > 0 && !this.outdated) this.router.selecting = { preferred };
  }

  issue(resumed: IdentityView | null = null): void {
    const id = resumed?.profile_id ?? this.profile?.id;
    const profile = this.overview.profiles.find((candidate) => candidate.id === id);
    if (profile) this.router.go({ name: "issuance", profile, resumed });
  }

  /** The last step of a renewal whose new certificate is already on this PC. */
  finishRenewal(id: number): void {
    const identity = this.#identity(id);
    if (identity?.renewal !== "stored") return this.goToStart();
    this.#profileId = identity.profile_id;
    this.router.go({ name: "finish-renewal", identity });
  }

  /** Goes where the tray or a notification leads, unless that would discard something. */
  follow(target: Target): void {
    // These lie over whatever the user is doing, and discard nothing.
    const { screen } = target;
    if (screen === "help") this.router.openHelp();
    else if (screen === "notices" || screen === "diagnosis" || screen === "settings")
      this.router.open(screen);
    else if (this.router.mayLeave()) this.#leaveFor(target);
    else if (target.screen === "renew") this.#renewLoggedIn(target.identity_id);
  }

  /** The main menu of that certificate's own login renews it; anything else is left alone. */
  #renewLoggedIn(id: number): void {
    const { screen } = this.router;
    const identity = this.#identity(id);
    if (screen.name !== "menu" || !screen.session.renewable || !identity) return;
    const { customer_number, user_id } = screen.session.user;
    if (identity.customer_number !== customer_number || identity.user_id !== user_id) return;
    this.router.go({ name: "renewal", session: screen.session });
  }

  #leaveFor(target: Target): void {
    if (target.screen === "login") this.select(target.identity_id);
    else if (target.screen === "finish-renewal") this.finishRenewal(target.identity_id);
    else if (target.screen === "renew") {
      this.select(target.identity_id);
      this.router.afterLogin = "renewal";
    } else this.goToStart();
  }

  /** Whether the IT department has decided it. */
  isManaged(setting: ManagedSetting): boolean {
    return this.overview.managed.settings.includes(setting);
  }

  /** What a profile's service is called, in the user's language. */
  serviceOf(profile: ProfileView): string {
    return profile.provider.service_name[this.settings.current.language];
  }

  /** Shows a profile that has come from outside, unless the user is in the middle of something. */
  async #show(id: number): Promise<void> {
    await this.reload();
    const profile = this.overview.profiles.find((candidate) => candidate.id === id);
    const { name } = this.router.screen;
    if (!profile || (name !== "start" && name !== "profile")) return;
    this.choose(profile);
    if (name === "profile") this.goToStart();
    this.announcer.say(this.text.profile.added(this.serviceOf(profile)));
  }

  #identity(id: number | null): IdentityView | undefined {
    return this.overview.identities.find((candidate) => candidate.id === id);
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
