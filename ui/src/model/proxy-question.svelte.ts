import type { Failure } from "../backend";
import { ASKS_WHO } from "../text/failure";

type Question = {
  failure: Failure;
  /** Tries again what the proxy kept from happening, if the screen can. */
  retry: (() => void) | undefined;
};

/** A company's proxy that wants to know who asks: one question, in a dialog of its own. */
export class ProxyQuestion {
  current: Question | null = $state.raw(null);
  /** Asked already; a panel that is drawn anew is not to ask once more. */
  readonly #asked = new WeakSet<Failure>();

  /** Asks for what a failure says, if it is such a failure and was not asked for before. */
  consider(failure: Failure, retry: (() => void) | undefined): void {
    if (this.#asked.has(failure)) return;
    this.#asked.add(failure);
    this.open(failure, retry);
  }

  open(failure: Failure, retry: (() => void) | undefined): void {
    if (ASKS_WHO.includes(failure.code) && failure.details.place) this.current = { failure, retry };
  }

  close(): void {
    this.current = null;
  }
}
