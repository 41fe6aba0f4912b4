/** Rows beside those in sight that are drawn too, so that nothing is empty while it is scrolled. */
const BESIDE = 12;
/** A list that has not been measured yet, in pixels. */
const UNMEASURED = 720;

/**
 * Which rows of a long list are drawn: those in sight and a few beside them. All rows are equally high,
 * so the place of each is known without drawing it.
 */
export class RowWindow {
  /** How far the list is scrolled, in pixels. */
  top = $state(0);
  /** How high the list is, in pixels. */
  height = $state(0);
  readonly #firstSeen = $derived.by(() => Math.floor(this.top / this.row()));
  readonly #seen = $derived.by(() => Math.ceil((this.height || UNMEASURED) / this.row()));
  readonly first = $derived.by(() =>
    // In steps, so that a row more or less in sight draws nothing anew.
    Math.max(0, Math.min(this.#firstSeen - BESIDE, this.count() - this.#seen)),
  );
  readonly end = $derived.by(() => Math.min(this.count(), this.first + this.#seen + 2 * BESIDE));
  /** Whole rows in sight, for Page Up and Page Down. */
  readonly page = $derived.by(() => Math.max(1, this.#seen - 2));

  constructor(
    readonly count: () => number,
    /** The height of a row, in pixels. */
    readonly row: () => number,
  ) {}

  /** Whether the end of what is loaded comes near. */
  near(): boolean {
    return this.end + 3 * BESIDE >= this.count();
  }

  /** Where the list has to be scrolled so that the row is in sight below a head of such a height. */
  placeOf(index: number, head: number): number {
    const [from, to] = [index * this.row(), (index + 1) * this.row()];
    const height = (this.height || UNMEASURED) - head;
    if (from < this.top) return from;
    return to > this.top + height ? to - height : this.top;
  }
}
