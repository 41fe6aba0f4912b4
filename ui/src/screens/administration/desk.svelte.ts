import { getContext, setContext } from "svelte";

import type { AdministrationView, Backend, Failure, UserAction, UserView } from "../../backend";
import { Action, type Options } from "../../model/action.svelte";
import { answerTo, type Answer } from "../../model/answer";
import type { Shell } from "../../model/shell.svelte";
import { UserList } from "./users.svelte";

/** A new initial password on its way to its user; `user` is unknown after an import. */
export type Issued = { user_id: string; initial_password: string; user: UserView | null };

export type IssuedBy = "create" | "import" | UserAction;

export type View =
  | { name: "users" }
  | { name: "create" }
  | { name: "user"; user: UserView }
  | { name: "issued"; by: IssuedBy; people: Issued[] }
  | { name: "import" }
  | { name: "audit"; person?: string };

/** What the pages of the administration share. */
export class Desk {
  view: View = $state.raw({ name: "users" });
  rights: AdministrationView = $state.raw({
    permissions: [],
    import_max_users: 0,
    names: false,
    expiring_days: 0,
  });
  /** What has just been done, shown on the next page. */
  done = $state("");
  /** The right to be here was taken away. */
  lost: Failure | null = $state.raw(null);
  /** When the backend last heard of this session, in milliseconds. */
  lastUse = $state(Date.now());
  /** Where to go once the user has agreed to lose what this page alone shows. */
  leaving: (() => void) | null = $state.raw(null);
  /** Whether this page shows what cannot be shown again and was not kept. */
  unkept = false;
  /** The user that was looked at last, where the list takes up again. */
  lastUser: string | null = null;
  readonly users: UserList;

  constructor(readonly shell: Shell) {
    this.users = new UserList(shell, (query) => this.ask((backend) => backend.users(query)));
  }

  /** Uses the session for a request. */
  async request<T>(work: (backend: Backend) => Promise<T>): Promise<T> {
    const value = await work(this.shell.backend);
    this.lastUse = Date.now();
    return value;
  }

  /** As {@link request}, and never throws; null if another screen is shown because of it. */
  async ask<T>(work: (backend: Backend) => Promise<T>): Promise<Answer<T> | null> {
    const answer = await answerTo(this.request(work));
    return "failure" in answer && this.#takes(answer.failure) ? null : answer;
  }

  /** An action of one of the pages. */
  action<Arguments extends unknown[]>(
    work: (...given: Arguments) => Promise<void>,
    options: Options = {},
  ): Action<Arguments> {
    return new Action(this.shell, work, { takes: (failure) => this.#takes(failure), ...options });
  }

  /** An action that saves a file where the user says, and tells so unless the user closed the dialog. */
  saving(
    work: (backend: Backend) => Promise<string | null>,
    said: (file: string) => string,
    ended: () => Promise<void>,
  ): Action<[]> {
    return this.action(
      async () => {
        this.done = "";
        const file = await this.request(work);
        if (file !== null) this.tell(said(file));
      },
      { ended },
    );
  }

  /** What the administrator may do, which may have changed. */
  async askRights(): Promise<void> {
    const rights = await this.ask((backend) => backend.administration());
    if (rights && "value" in rights) this.rights = rights.value;
  }

  /** Says on this page what has been done. */
  tell(done: string): void {
    this.done = done;
    this.shell.announcer.say(done);
  }

  /** Shows another page, after asking if this one would lose something. */
  go(view: View, done = ""): void {
    this.leave(() => {
      if (this.view.name === "user") this.lastUser = this.view.user.user_id;
      this.view = view;
      this.done = done;
      if (done !== "") this.shell.announcer.say(done);
    });
  }

  leave(how: () => void): void {
    if (this.unkept) this.leaving = how;
    else how();
  }

  title(permission: string): string {
    const known = this.rights.permissions.find((candidate) => candidate.permission === permission);
    return known?.title[this.shell.settings.current.language] ?? permission;
  }

  titles(permissions: string[]): string {
    const t = this.shell.text.administration;
    if (permissions.length === 0) return t.permissions.none;
    const order = this.rights.permissions.map((known) => known.permission);
    const sorted = [...permissions].sort((a, b) => order.indexOf(a) - order.indexOf(b));
    return t.listed(sorted.map((permission) => this.title(permission)));
  }

  /** Takes what ends the session, or the stay on these pages. */
  #takes(failure: Failure): boolean {
    if (this.shell.router.screen.name !== "administration" || this.shell.session.endedBy(failure))
      return true;
    if (failure.code !== "permission-missing") return false;
    this.lost = failure;
    return true;
  }
}

const KEY = Symbol("desk");

export function provideDesk(desk: Desk): Desk {
  setContext(KEY, desk);
  return desk;
}

export function useDesk(): Desk {
  return getContext<Desk>(KEY);
}
