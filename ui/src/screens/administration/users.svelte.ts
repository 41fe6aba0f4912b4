import type { UserPage, UserQuery, UserView } from "../../backend";
import type { Answer } from "../../model/answer";
import type { Shell } from "../../model/shell.svelte";
import { PAGE, Pages, type Page } from "./pages.svelte";

/** The users that the search has found so far; kept while one of them is looked at. */
export class UserList extends Pages<string, UserView, string> {
  search = $state("");

  constructor(
    shell: Shell,
    readonly ask: (query: UserQuery) => Promise<Answer<UserPage> | null>,
  ) {
    super(shell);
  }

  type(search: string): void {
    this.search = search;
    this.loadSoon();
  }

  clear(): void {
    this.search = "";
    void this.load();
  }

  replace(user: UserView): void {
    this.rows = this.rows.map((row) => (row.user_id === user.user_id ? user : row));
  }

  remove(userId: string): void {
    this.rows = this.rows.filter((row) => row.user_id !== userId);
  }

  protected wanted(): string {
    return this.search.trim();
  }

  protected async page(
    search: string,
    after: string | null,
  ): Promise<Answer<Page<UserView, string>> | null> {
    const query: UserQuery = { limit: PAGE };
    if (search !== "") query.search = search;
    if (after !== null) query.after = after;
    const answer = await this.ask(query);
    return answer && "value" in answer
      ? { value: { rows: answer.value.users, next: answer.value.next } }
      : answer;
  }

  protected found(search: string, before: string): string | null {
    if (search === before) return null;
    return this.shell.text.administration.list.found(this.rows.length, this.next !== null);
  }

  protected added(count: number): string {
    return this.shell.text.administration.list.added(count, this.rows.length);
  }
}
