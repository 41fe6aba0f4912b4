import type { Backend, Failure, HandoffView, ServiceEntry } from "../backend";
import { answerTo } from "./answer";

/** An entry of the main menu on its way into the browser, which comes out logged in. */
export class Handoff {
  view: HandoffView = $state.raw({ state: "waiting", browser: null, expires_in: 0 });
  /** Why nothing more can be heard of it. */
  failure: Failure | null = $state.raw(null);
  /** Whether the user has read that the address was used twice. */
  acknowledged = $state(false);
  answering = $state(false);
  /** Its next look; none once its end is known. */
  timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly entry: ServiceEntry,
    readonly id: string,
    expiresIn: number,
  ) {
    this.view = { state: "waiting", browser: null, expires_in: expiresIn };
  }

  /** Whether it is still open what becomes of it. */
  get pending(): boolean {
    const { state } = this.view;
    return this.failure === null && PENDING.includes(state);
  }
}

const PENDING: readonly HandoffView["state"][] = ["waiting", "asking", "confirm"];

/** How often what is pending is looked at: the user waits for it. */
const PENDING_MILLISECONDS = 1000;
/** How often, and for how long, what was opened is looked at: somebody else may yet use its address. */
const OPENED_MILLISECONDS = 5000;
const REPLAY_MILLISECONDS = 125_000;
/** For so long after its time an end is waited for that the backend does not tell. */
const GRACE_MILLISECONDS = 10_000;

type Heard = {
  /** It came further. */
  came: (handoff: Handoff) => void;
  /** A failure that ends the login; tells whether it was one. */
  endedBy: (failure: Failure) => boolean;
};

/** All that the main menu has opened with a login, until what became of each is known. */
export class Handoffs {
  /** Newest last. */
  all: Handoff[] = $state.raw([]);
  /** The one whose question is to be answered here. */
  readonly question: Handoff | null = $derived(
    this.all.find((one) => one.failure === null && one.view.state === "confirm") ?? null,
  );
  /** The one whose address somebody used a second time. */
  readonly warning: Handoff | null = $derived(
    this.all.find((one) => one.view.state === "replayed" && !one.acknowledged) ?? null,
  );
  readonly newest: Handoff | null = $derived(this.all.at(-1) ?? null);

  constructor(
    readonly backend: Backend,
    readonly heard: Heard,
  ) {}

  /** Follows one until its end. */
  follow(entry: ServiceEntry, id: string, expiresIn: number): void {
    const handoff = new Handoff(entry, id, expiresIn);
    // Of one entry the newest counts; what it has yet to warn of stays.
    const kept = this.all.filter((one) => one.entry.id !== entry.id || one.timer);
    this.all = [...kept, handoff];
    this.heard.came(handoff);
    this.#lookIn(handoff, PENDING_MILLISECONDS, Date.now() + expiresIn * 1000 + GRACE_MILLISECONDS);
  }

  /** Tells the backend whether it was the user. */
  async answer(handoff: Handoff, confirmed: boolean): Promise<void> {
    if (handoff.answering) return;
    handoff.answering = true;
    const answer = await answerTo(this.backend.answerHandoff(handoff.id, confirmed));
    if ("failure" in answer) this.#fail(handoff, answer.failure);
    else await this.#look(handoff, Date.now() + GRACE_MILLISECONDS);
    handoff.answering = false;
  }

  /** The login is over, and with it whatever it opened. */
  forget(): void {
    for (const handoff of this.all) this.#end(handoff);
    this.all = [];
  }

  #lookIn(handoff: Handoff, milliseconds: number, until: number): void {
    clearTimeout(handoff.timer);
    handoff.timer = setTimeout(() => void this.#look(handoff, until), milliseconds);
  }

  async #look(handoff: Handoff, until: number): Promise<void> {
    const answer = await answerTo(this.backend.handoff(handoff.id));
    if (!this.all.includes(handoff)) return;
    const before = handoff.view.state;
    if ("value" in answer) {
      handoff.view = answer.value;
      if (handoff.view.state !== before) this.heard.came(handoff);
    } else if (this.heard.endedBy(answer.failure)) {
      return;
    } else if (answer.failure.code === "handoff-unknown" || Date.now() >= until) {
      // What was opened has been told; that its address is not watched any longer is no news.
      return handoff.pending ? this.#fail(handoff, answer.failure) : this.#end(handoff);
    }
    const { state, expires_in: left } = handoff.view;
    if (handoff.pending) {
      if ("value" in answer && state !== before)
        until = Date.now() + left * 1000 + GRACE_MILLISECONDS;
      if (Date.now() < until) return this.#lookIn(handoff, PENDING_MILLISECONDS, until);
      handoff.view = { ...handoff.view, state: "expired", expires_in: 0 };
      this.heard.came(handoff);
    } else if (state === "opened") {
      if (before !== "opened") until = Date.now() + REPLAY_MILLISECONDS;
      if (Date.now() < until) return this.#lookIn(handoff, OPENED_MILLISECONDS, until);
    }
    this.#end(handoff);
  }

  #fail(handoff: Handoff, failure: Failure): void {
    this.#end(handoff);
    if (this.heard.endedBy(failure)) return;
    handoff.failure = failure;
    this.heard.came(handoff);
  }

  #end(handoff: Handoff): void {
    clearTimeout(handoff.timer);
    handoff.timer = undefined;
  }
}
