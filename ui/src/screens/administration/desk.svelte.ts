import { getContext, setContext } from "svelte";

import type { AdministrationView, Backend, Failure, UserAction, UserView } from "../../backend";
import { Action, type Options } from "../../model/action.svelte";
import { answerTo, type Answer } from "../../model/answer";
import type { Shell } from "../../model/shell.svelte";
import { Selection } from "./selection.svelte";
import { UserList } from "./users.svelte";
import { nameOf } from "./words";

/** A new initial password on its way to its user; `user` is unknown after an import. */
export type Issued = {
  user_id: string;
  name: string | null;
  department: string | null;
  initial_password: string;
  user: UserView | null;
};

export type IssuedBy = "create" | "import" | UserAction;

export type View =
  | { name: "users" }
  | { name: "create" }
  /** One of the list, with what is about to be done to it. */
  | { name: "user"; user: UserView; act?: UserAction }
  | { name: "edit"; user: UserView; at?: "name" }
  | { name: "issued"; by: IssuedBy; people: Issued[] }
  | { name: "import" }
  | { name: "audit"; person?: string };

/** What would be lost by leaving a page: passwords that are shown this once, or what was entered. */
export type Loss = "passwords" | "changes";

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
  /** Not now: the list asks for missing names no more. */
  namesPutOff = $state(false);
  /** Where to go once the user has agreed to lose something. */
  leaving: { loss: Loss; goOn: () => void } | null = $state.raw(null);
  /** What the page that is shown would lose now. */
  #losing: () => Loss | null = () => null;
  /** The user that was looked at last, where the list takes up again. */
  lastUser: string | null = null;
  readonly users: UserList;
  readonly selection = new Selection();

  constructor(readonly shell: Shell) {
    this.users = new UserList(shell, {
      ask: (query) => this.ask((backend) => backend.users(query)),
      // An older backend refuses what it does not know.
      filters: () => this.rights.names,
    });
  }

  /** From now on the page says what leaving it would lose; gives the way to end that. */
  guard(losing: () => Loss | null): () => void {
    this.#losing = losing;
    return () => {
      if (this.#losing === losing) this.#losing = () => null;
    };
  }

  /** As the session asks before a logout. */
  mayLeave(goOn: () => void): boolean {
    const loss = this.#losing();
    if (loss === null) return true;
    this.leaving = { loss, goOn };
    return false;
  }

  /** The user agreed to lose it. */
  goOn(): void {
    const how = this.leaving?.goOn;
    this.leaving = null;
    this.#losing = () => null;
    how?.();
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
    return "failure" in answer && this.takes(answer.failure) ? null : answer;
  }

  /** An action of one of the pages. */
  action<Arguments extends unknown[]>(
    work: (...given: Arguments) => Promise<void>,
    options: Options = {},
  ): Action<Arguments> {
    return new Action(this.shell, work, { takes: (failure) => this.takes(failure), ...options });
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
    this.leave(() => this.goAnyway(view, done));
  }

  /** As {@link go}, where nothing is left to lose. */
  goAnyway(view: View, done = ""): void {
    if ("user" in this.view) this.lastUser = this.view.user.user_id;
    this.view = view;
    this.done = done;
    if (done !== "") this.shell.announcer.say(done);
  }

  leave(how: () => void): void {
    if (this.mayLeave(how)) how();
  }

  /** The user as it is now, wherever it is shown. */
  keep(user: UserView): void {
    this.users.replace(user);
    this.selection.replace(user);
  }

  /** The user has gone. */
  drop(userId: string): void {
    this.users.remove(userId);
    this.selection.remove(userId);
  }

  /** How texts speak of a user. */
  called(user: Pick<UserView, "name" | "user_id">): string {
    return user.name === null
      ? this.shell.text.administration.called(user.user_id)
      : this.shell.text.words.person(nameOf(user));
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
  takes(failure: Failure): boolean {
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
