import { SvelteMap } from "svelte/reactivity";

import type { UserView } from "../../backend";
import { whose } from "./words";

/** Who is selected for an act on several; kept while the list is searched, filtered and sorted anew. */
export class Selection {
  readonly #users = new SvelteMap<string, UserView>();
  /** From where Shift selects on. */
  #anchor: string | null = null;
  readonly users: UserView[] = $derived.by(() => [...this.#users.values()]);

  get size(): number {
    return this.#users.size;
  }

  has(user: UserView): boolean {
    return this.#users.has(user.user_id);
  }

  /** Selects the user or no longer; with `rows`, all from the last one on, as Shift does. */
  toggle(user: UserView, rows: UserView[] | null = null): void {
    this.set(this.#through(user, rows), !this.has(user));
    this.#anchor = user.user_id;
  }

  set(users: UserView[], on: boolean): void {
    for (const user of users) {
      if (on) this.#users.set(user.user_id, user);
      else this.#users.delete(user.user_id);
    }
  }

  clear(): void {
    this.#users.clear();
    this.#anchor = null;
  }

  /** The user as it is now; nobody is selected anew by it. */
  replace(user: UserView): void {
    if (this.has(user)) this.set([user], true);
  }

  remove(userId: string): void {
    this.#users.delete(userId);
  }

  #through(user: UserView, rows: UserView[] | null): UserView[] {
    const place = (id: string | null): number =>
      (rows ?? []).findIndex((each) => each.user_id === id);
    const [from, to] = [place(this.#anchor), place(user.user_id)];
    if (rows === null || from < 0 || to < 0) return [user];
    return rows
      .slice(Math.min(from, to), Math.max(from, to) + 1)
      .filter((each) => whose(each) === null);
  }
}
