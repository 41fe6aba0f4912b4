import type { Backend, Failure, SessionView } from "../backend";
import { answerTo } from "./answer";
import type { MenuNews, Router } from "./router.svelte";

/** The login of this window: the ways out of it, and back to its main menu. */
export class Session {
  /**
   * Set by a screen with something to lose: whether a login may be left at once by choice. If not, the
   * screen asks, and goes on itself.
   */
  mayLeave: ((goOn: () => void) => boolean) | null = null;

  constructor(
    readonly backend: Backend,
    readonly router: Router,
    /** Leads to the start, and says why if the user did not ask for it. */
    readonly left: (why: Failure | null) => void,
  ) {}

  /** Returns to the start if there is a login that the failure ends; tells whether it did. */
  endedBy(failure: Failure): boolean {
    const { name } = this.router.screen;
    const within = this.router.session !== null || name === "password" || name === "change";
    if (!within || !failure.session_ended) return false;
    this.left(failure);
    return true;
  }

  /** Its time is over. */
  async end(): Promise<void> {
    // Without an answer, the backend's own limit ends it.
    await answerTo(this.backend.logout());
    this.endedBy({ code: "session-ended", details: {}, session_ended: true });
  }

  async logout(): Promise<void> {
    if (this.mayLeave && !this.mayLeave(() => void this.#leave())) return;
    await this.#leave();
  }

  async #leave(): Promise<void> {
    // Gone from this PC either way.
    await answerTo(this.backend.logout());
    this.left(null);
  }

  /** Uses the session, so that it goes on; tells whether it does. */
  async stay(): Promise<boolean> {
    const answer = await answerTo(this.backend.session());
    if ("failure" in answer) this.endedBy(answer.failure);
    return "value" in answer;
  }

  /** Opens the change of the password from the main menu. */
  async changePassword(session: SessionView): Promise<void> {
    const { expires_in: seconds, password_policy: policy } =
      await this.backend.startPasswordChange();
    this.router.go({
      name: "own-password",
      session,
      demand: { reason: "wished", seconds, policy },
    });
  }

  /** Leaves that change; the session stays. */
  async leavePasswordChange(): Promise<void> {
    // Without an answer there is nothing to leave any more.
    await answerTo(this.backend.leavePasswordChange());
  }

  /** Returns to the main menu with the session as it is now. */
  async toMenu(session: SessionView, done?: MenuNews): Promise<void> {
    const from = this.router.screen;
    const answer = await answerTo(this.backend.session());
    // Anything else, the menu finds out with its own next request.
    if ("failure" in answer && this.endedBy(answer.failure)) return;
    // Whoever logged out meanwhile stays out.
    if (this.router.screen !== from) return;
    const now = "value" in answer ? answer.value : session;
    this.router.go(done ? { name: "menu", session: now, done } : { name: "menu", session: now });
  }
}
