import type { Failure, UserPage, UserQuery, UserView } from "../../backend";
import type { Shell } from "../../model/shell.svelte";
import type { Answer } from "./answer";

/** Users that are asked for at once. */
export const PAGE = 50;
/** The rest after a keystroke before it is searched for, in milliseconds. */
const REST = 150;

/** The users that the search has found so far; kept while one of them is looked at. */
export class UserList {
  search = $state("");
  rows: UserView[] = $state.raw([]);
  next: string | null = $state(null);
  /** What the rows were searched for. */
  searched = $state("");
  loaded = $state(false);
  searching = $state(false);
  adding = $state(false);
  failure: Failure | null = $state.raw(null);
  #latest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly shell: Shell,
    readonly ask: (query: UserQuery) => Promise<Answer<UserPage>>,
  ) {}

  type(search: string): void {
    this.search = search;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.load(), REST);
  }

  /** The first page; the rows stay until it is there. */
  async load(): Promise<void> {
    clearTimeout(this.#timer);
    const mine = ++this.#latest;
    const search = this.search.trim();
    this.searching = true;
    this.adding = false;
    const answer = await this.#page(search, null);
    // A later search has begun.
    if (mine !== this.#latest) return;
    this.searching = false;
    if (!answer) return;
    if ("failure" in answer) {
      this.failure = answer.failure;
      return;
    }
    const found = this.loaded && search !== this.searched;
    this.failure = null;
    this.rows = answer.value.users;
    this.next = answer.value.next;
    this.searched = search;
    this.loaded = true;
    const { shell } = this;
    if (found) shell.announcer.say(shell.text.administration.list.found(this.rows.length, this.next !== null));
  }

  /** The next page; gives how many rows it added. */
  async more(): Promise<number> {
    if (this.adding || this.searching || this.next === null) return 0;
    const mine = ++this.#latest;
    this.adding = true;
    const answer = await this.#page(this.searched, this.next);
    if (mine !== this.#latest) return 0;
    this.adding = false;
    if (!answer) return 0;
    if ("failure" in answer) {
      this.failure = answer.failure;
      return 0;
    }
    const { users, next } = answer.value;
    this.failure = null;
    this.rows = [...this.rows, ...users];
    this.next = next;
    const { shell } = this;
    shell.announcer.say(shell.text.administration.list.added(users.length, this.rows.length));
    return users.length;
  }

  replace(user: UserView): void {
    this.rows = this.rows.map((row) => (row.user_id === user.user_id ? user : row));
  }

  remove(userId: string): void {
    this.rows = this.rows.filter((row) => row.user_id !== userId);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#latest += 1;
  }

  #page(search: string, after: string | null): Promise<Answer<UserPage>> {
    const query: UserQuery = { limit: PAGE };
    if (search !== "") query.search = search;
    if (after !== null) query.after = after;
    return this.ask(query);
  }
}
