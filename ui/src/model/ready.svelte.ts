/** For so long a key or a click may have been meant for what was there before. */
export const STRAY_MILLISECONDS = 700;

/** Whether something dangerous that came up by itself has been there for long enough to be meant. */
export class Ready {
  now = $state(false);
  readonly #timer: ReturnType<typeof setTimeout>;

  constructor() {
    this.#timer = setTimeout(() => (this.now = true), STRAY_MILLISECONDS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
