import type {
  Failure,
  IdentityView,
  LoginPrompt,
  PasswordChangeReason,
  PasswordPolicy,
  ProfileView,
  SessionView,
} from "../backend";
import type { EntryId } from "../text/help/outline";

/** A screen, with what it is about. */
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
  | { name: "history"; session: SessionView }
  | { name: "own-email"; session: SessionView }
  | { name: "administration"; session: SessionView };

/** What the main menu confirms after the way back to it. */
export type MenuNews = "passwordChanged" | "renewed";

/** A password that has to be changed now. */
export type PasswordDemand = {
  reason: PasswordChangeReason | "wished";
  seconds: number;
  policy: PasswordPolicy;
};

/** What is shown over whatever the user was doing, which is there again afterwards. */
export type Cover = "help" | "diagnosis" | "notices" | "settings";

/** Which screen is shown, and what lies over it. */
export class Router {
  screen: Screen = $state.raw({ name: "loading" });
  /** One over the other, the last one in sight. */
  #covers: Cover[] = $state.raw([]);
  readonly cover: Cover | null = $derived(this.#covers.at(-1) ?? null);
  readonly helpShown: boolean = $derived(this.cover === "help");
  readonly diagnosisShown: boolean = $derived(this.cover === "diagnosis");
  /** The page of the manual that is read; its contents if none. */
  helpEntry: EntryId | null = $state(null);
  /** Where the login leads that the user was sent to, if not to the main menu. */
  afterLogin: "renewal" | null = null;
  /** Why the user is back at the start. */
  notice = $state.raw<Failure | null>(null);
  /** The certificate-selection dialog, and the certificate that it should offer first. */
  selecting = $state.raw<{ preferred: number | null } | null>(null);
  /** The session in which the screen is, if it is in one. */
  readonly session: SessionView | null = $derived(
    "session" in this.screen ? this.screen.session : null,
  );
  /** How many have work that a click in the tray must not discard. */
  #engaged = 0;

  go(screen: Screen): void {
    this.notice = null;
    this.selecting = null;
    this.screen = this.#wished(screen);
  }

  /** The main menu of a login, or what the login was for. */
  #wished(screen: Screen): Screen {
    const { afterLogin } = this;
    // The way of the login goes on; whatever else is opened ends the wish.
    if (screen.name === "password" || screen.name === "change") return screen;
    this.afterLogin = null;
    const renews = screen.name === "menu" && afterLogin === "renewal" && screen.session.renewable;
    return renews ? { name: "renewal", session: screen.session } : screen;
  }

  /** Leaves everything, for the screen on which the app begins. */
  goHome(home: Screen, notice: Failure | null): void {
    this.#covers = [];
    this.go(home);
    this.notice = notice;
  }

  /** Opens the manual over what the user was doing, at a page or at its contents. */
  openHelp(entry: EntryId | null = null): void {
    this.helpEntry = entry;
    this.open("help");
  }

  /** Shows it over everything else. */
  open(cover: Cover): void {
    this.#covers = [...this.#covers.filter((other) => other !== cover), cover];
  }

  close(cover: Cover): void {
    this.#covers = this.#covers.filter((other) => other !== cover);
  }

  /**
   * While anything is engaged, the tray brings the window to the front but leaves its screen alone.
   * Gives the way to end it.
   */
  engage(): () => void {
    this.#engaged += 1;
    return () => void (this.#engaged -= 1);
  }

  /** Whether a page in the browser may be answered now: not while something must not be left alone. */
  mayAnswer(): boolean {
    const { name } = this.screen;
    return (
      name === "start" ||
      name === "menu" ||
      name === "password" ||
      name === "administration" ||
      name === "transfer"
    );
  }

  /** Whether something is being done that must not be left alone. */
  get engaged(): boolean {
    return this.#engaged > 0;
  }

  /** Whether a click in the tray may leave the screen. */
  mayLeave(): boolean {
    const { name } = this.screen;
    if (this.#engaged > 0 || this.session !== null) return false;
    return name !== "change" && name !== "broken" && name !== "loading" && name !== "profile";
  }
}
