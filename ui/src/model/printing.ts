/** What Ctrl+P prints: whatever the topmost screen offers, and otherwise nothing. */
export class Printing {
  #offers: (() => void)[] = [];

  /** Gives the way to take it back. */
  offer(print: () => void): () => void {
    this.#offers = [...this.#offers, print];
    return () => void (this.#offers = this.#offers.filter((other) => other !== print));
  }

  /** Tells whether there is something to print. */
  start(): boolean {
    const newest = this.#offers.at(-1);
    newest?.();
    return newest !== undefined;
  }
}
