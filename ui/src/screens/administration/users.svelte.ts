import type {
  SortDirection,
  UserCounts,
  UserPage,
  UserQuery,
  UserSort,
  UserState,
  UserView,
} from "../../backend";
import type { Answer } from "../../model/answer";
import type { Shell } from "../../model/shell.svelte";
import { PAGE, Pages, type Page } from "./pages.svelte";

/** What is wanted of the list; an order of its own only where one was chosen. */
export type Wanted = {
  search: string;
  state: UserState | null;
  order: { by: UserSort; direction: SortDirection } | null;
};

/** The number of each state's users, under the name that the answer gives it. */
const COUNTED: Record<UserState, keyof UserCounts> = {
  locked: "locked",
  suspended: "suspended",
  expiring: "expiring",
  expired: "expired",
  "without-certificate": "without_certificate",
  "initial-password": "initial_password",
  unnamed: "unnamed",
};

type Source = {
  ask: (query: UserQuery) => Promise<Answer<UserPage> | null>;
  /** Whether the backend can filter, sort and count. */
  filters: () => boolean;
};

/** The users that search and filter have found so far; kept while one of them is looked at. */
export class UserList extends Pages<Wanted, UserView, string> {
  search = $state("");
  state: UserState | null = $state(null);
  order: Wanted["order"] = $state.raw(null);
  counts: UserCounts | null = $state.raw(null);
  /** How many the list holds in all, where that is known. */
  readonly total = $derived.by(() => {
    if (this.next === null) return this.rows.length;
    if (this.asked?.search !== "" || this.counts === null) return null;
    return this.counts[this.asked.state === null ? "all" : COUNTED[this.asked.state]];
  });
  /** Where the list is scrolled to, for the way back from another page. */
  scrolled = 0;
  #typed = false;

  constructor(
    shell: Shell,
    readonly source: Source,
  ) {
    super(shell);
  }

  type(search: string): void {
    this.search = search;
    this.#typed = true;
    this.loadSoon();
  }

  clear(): void {
    this.search = "";
    this.state = null;
    void this.load();
  }

  filter(state: UserState | null): void {
    this.state = state;
    void this.load();
  }

  /** By this column; the other way round if it is already. */
  sort(by: UserSort): void {
    const turned = this.direction(by) === "ascending" ? "descending" : "ascending";
    this.order = { by, direction: turned };
    void this.load();
  }

  /** How the list is ordered by a column, if it is. */
  direction(by: UserSort): SortDirection | null {
    if (this.order) return this.order.by === by ? this.order.direction : null;
    // The backend's own order, except for a search, which brings the nearest first.
    return by === "user-id" && this.search.trim() === "" ? "ascending" : null;
  }

  count(state: UserState | null): number | null {
    return this.counts?.[state === null ? "all" : COUNTED[state]] ?? null;
  }

  /** Users were added, changed or deleted: the numbers may be others. */
  async recount(): Promise<void> {
    if (!this.source.filters()) return;
    const answer = await this.source.ask({ limit: 1, counts: true });
    if (answer && "value" in answer) this.counts = answer.value.counts;
  }

  replace(user: UserView): void {
    this.rows = this.rows.map((row) => (row.user_id === user.user_id ? user : row));
  }

  remove(userId: string): void {
    this.rows = this.rows.filter((row) => row.user_id !== userId);
  }

  protected wanted(): Wanted {
    return { search: this.search.trim(), state: this.state, order: this.order };
  }

  protected async page(
    { search, state, order }: Wanted,
    after: string | null,
  ): Promise<Answer<Page<UserView, string>> | null> {
    const query: UserQuery = { limit: PAGE };
    if (search !== "") query.search = search;
    if (after !== null) query.after = after;
    if (this.source.filters()) {
      if (state) query.state = state;
      if (order) {
        query.sort = order.by;
        query.direction = order.direction;
      }
      // They do not depend on what is searched for.
      if (after === null && !(this.#typed && this.counts)) query.counts = true;
    }
    this.#typed = false;
    const answer = await this.source.ask(query);
    if (!answer || !("value" in answer)) return answer;
    if (answer.value.counts) this.counts = answer.value.counts;
    return { value: { rows: answer.value.users, next: answer.value.next } };
  }

  protected found(now: Wanted, before: Wanted): string | null {
    const t = this.shell.text.administration.list;
    if (now.search === before.search && now.state === before.state) {
      return now.order === before.order ? null : t.sorted;
    }
    const more = this.next !== null;
    return this.total !== null ? t.found(this.total, false) : t.found(this.rows.length, more);
  }

  protected added(): null {
    // Whoever scrolls or walks down is not to be interrupted.
    return null;
  }
}
