import type { ApprovalView, Backend, Failure } from "../backend";
import { answerTo } from "./answer";

/** Between two questions of pages: a page that calls many times is not to fill the screen. */
const APART_MILLISECONDS = 2000;
/** How often, and for how long, an approval is looked after: so long it is good in the browser. */
const LOOK_MILLISECONDS = 2000;
const LOOKED_AFTER_MILLISECONDS = 70_000;

/** What pages in the browser ask for, one after the other. */
export class Approvals {
  current: ApprovalView | null = $state.raw(null);
  /** Why a page's question cannot be shown, or what its approval came to. */
  failure: Failure | null = $state.raw(null);
  /** Counts the questions, so that each begins anew. */
  shown = $state(0);
  #asking = false;
  #again = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly backend: Backend) {}

  /** Takes the next question, unless there is one. */
  look = async (): Promise<void> => {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    if (this.current || this.#timer) return;
    this.#asking = true;
    const answer = await answerTo(this.backend.nextApproval());
    this.#asking = false;
    if ("failure" in answer) this.failure = answer.failure;
    else if (answer.value) {
      this.current = answer.value;
      this.shown += 1;
    }
    const again = this.#again || "failure" in answer;
    this.#again = false;
    if (again && !this.current) this.#later(this.look, APART_MILLISECONDS);
  };

  /** The same question again, because a login was opened or has ended since. */
  async refresh(): Promise<void> {
    const answer = await answerTo(this.backend.nextApproval());
    if ("value" in answer && this.current) this.current = answer.value;
  }

  async decline(): Promise<void> {
    this.#gone();
    // Without an answer its time ends it.
    await answerTo(this.backend.declineApproval());
  }

  /** Its time is over. */
  async close(): Promise<void> {
    this.#gone();
    await answerTo(this.backend.closeApproval());
  }

  /** It has gone into the browser; what comes of that is looked after, and the next waits for it. */
  approved(): void {
    this.current = null;
    this.#follow(Date.now() + LOOKED_AFTER_MILLISECONDS);
  }

  #follow(until: number): void {
    this.#later(async () => {
      const answer = await answerTo(this.backend.approvalProgress());
      if ("value" in answer && answer.value === "misdirected") {
        this.failure = { code: "request-misdirected", details: {}, session_ended: false };
      } else if (!("value" in answer && answer.value === "over") && Date.now() < until) {
        return this.#follow(until);
      }
      await this.close();
    }, LOOK_MILLISECONDS);
  }

  #gone(): void {
    this.current = null;
    this.#later(this.look, APART_MILLISECONDS);
  }

  #later(what: () => Promise<void>, milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void what();
    }, milliseconds);
  }
}
