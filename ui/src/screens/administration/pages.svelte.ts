import type { Failure } from "../../backend";
import type { Answer } from "../../model/answer";
import type { Shell } from "../../model/shell.svelte";

/** Rows that are asked for at once. */
export const PAGE = 100;
/** The rest after a keystroke before it is searched for, in milliseconds. */
const REST = 150;

/** Some rows, and where those after them begin. */
export type Page<Row, Place> = { rows: Row[]; next: Place | null };

/** A list that the backend gives a page at a time, while what is wanted of it is typed. */
export abstract class Pages<Query, Row, Place> {
  rows: Row[] = $state.raw([]);
  next: Place | null = $state.raw(null);
  /** What the rows were asked for with. */
  asked: Query | null = $state.raw(null);
  searching = $state(false);
  adding = $state(false);
  failure: Failure | null = $state.raw(null);
  readonly loaded = $derived(this.asked !== null);
  #latest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly shell: Shell) {}

  /** What the user wants now. */
  protected abstract wanted(): Query;
  /** A page of it; null if another screen is shown instead. */
  protected abstract page(
    query: Query,
    from: Place | null,
  ): Promise<Answer<Page<Row, Place>> | null>;
  /** What to say of rows that were found, if anything. */
  protected abstract found(query: Query, before: Query): string | null;
  /** What to say of rows that were added, if anything. */
  protected abstract added(count: number): string | null;

  /** Loads once the user rests. */
  loadSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), REST);
  }

  /** The first page; the rows stay until it is there. */
  async load(): Promise<void> {
    clearTimeout(this.#timer);
    const mine = ++this.#latest;
    const query = this.wanted();
    this.searching = true;
    this.adding = false;
    const answer = await this.page(query, null);
    // A later search has begun.
    if (mine !== this.#latest) return;
    this.searching = false;
    const page = this.#taken(answer);
    if (!page) return;
    const before = this.asked;
    this.rows = page.rows;
    this.next = page.next;
    this.asked = query;
    const said = before === null ? null : this.found(query, before);
    if (said !== null) this.shell.announcer.say(said);
  }

  /** The next page; gives how many rows it added. */
  async more(): Promise<number> {
    if (this.adding || this.searching || this.next === null || this.asked === null) return 0;
    const mine = ++this.#latest;
    this.adding = true;
    const answer = await this.page(this.asked, this.next);
    if (mine !== this.#latest) return 0;
    this.adding = false;
    const page = this.#taken(answer);
    if (!page) return 0;
    this.rows = [...this.rows, ...page.rows];
    this.next = page.next;
    const said = this.added(page.rows.length);
    if (said !== null) this.shell.announcer.say(said);
    return page.rows.length;
  }

  /** After a failure: the page that failed, or the first one. */
  async retry(): Promise<void> {
    this.failure = null;
    const gap = this.next !== null && this.asked !== null && !this.searching;
    if (gap && this.#sameAs(this.asked, this.wanted())) await this.more();
    else await this.load();
  }

  #sameAs(a: Query | null, b: Query): boolean {
    return JSON.stringify(a) === JSON.stringify(b);
  }

  /** What is still on its way comes too late. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#latest += 1;
  }

  /** Forgets a load that was to come. */
  protected rest(): void {
    clearTimeout(this.#timer);
  }

  #taken(answer: Answer<Page<Row, Place>> | null): Page<Row, Place> | null {
    if (!answer) return null;
    this.failure = "failure" in answer ? answer.failure : null;
    return "value" in answer ? answer.value : null;
  }
}
