import { tick } from "svelte";

import type { Failure, UserAction, UserAnswer, UserView } from "../../backend";
import type { Answer } from "../../model/answer";
import type { Desk } from "./desk.svelte";
import { whose } from "./words";

/** One user as it is now, and what is being done to it. */
export class UserModel {
  user: UserView;
  failure: Failure | null = $state.raw(null);
  /** The user as it was before another administrator changed it. */
  was: UserView | null = $state.raw(null);
  /** What is about to be done to the user. */
  act: UserAction | null = $state(null);
  waiting = $state(false);
  readonly whose = $derived.by(() => whose(this.user));
  /** Whether anything of it can be entered: of oneself, the address and the name alone. */
  readonly editable = $derived(this.whose === null || this.whose === "yourself");
  readonly gone = $derived(this.failure?.code === "user-not-found");

  constructor(
    readonly desk: Desk,
    loaded: UserView,
    readonly focus: () => void,
  ) {
    this.user = $state.raw(loaded);
  }

  /** The list's view of the user is shown at once, and then asked for anew. */
  async refresh(): Promise<void> {
    const found = await askUser(this.desk, this.user.user_id);
    if (!found) return;
    if ("value" in found) this.#keep(found.value);
    // Without news the list's view stays; what has gone is gone.
    else if (found.failure.code === "user-not-found") this.#lose(found.failure);
  }

  /** The user is as the answer says, after something was done. */
  async acted(done: UserAction, answer: UserAnswer): Promise<void> {
    const { desk } = this;
    this.act = null;
    this.failure = null;
    this.was = null;
    const message = desk.shell.text.administration.acts[done].done(desk.called(this.user));
    void desk.users.recount();
    if (!answer.user) {
      desk.drop(this.user.user_id);
      desk.go({ name: "users" }, message);
      desk.lastUser = null;
      return;
    }
    this.#keep(answer.user);
    if (answer.initial_password !== null) {
      const { user_id, name, department } = answer.user;
      const { initial_password } = answer;
      const people = [{ user_id, name, department, initial_password, user: answer.user }];
      desk.go({ name: "issued", by: done, people }, message);
      return;
    }
    desk.tell(message);
    await tick();
    this.focus();
  }

  async refused(found: Failure): Promise<void> {
    this.act = null;
    if (found.code === "user-changed") {
      const now = await askUser(this.desk, this.user.user_id);
      if (!now) return;
      if ("value" in now) {
        this.was = this.user;
        this.#keep(now.value);
        return;
      }
      found = now.failure;
    }
    if (found.code === "user-not-found") {
      this.#lose(found);
      return;
    }
    this.failure = found;
    const now = await nowBeyond(this.desk, this.user.user_id, found);
    if (now) this.#keep(now);
  }

  #keep(now: UserView): void {
    this.user = now;
    this.desk.keep(now);
  }

  #lose(found: Failure): void {
    this.failure = found;
    this.desk.drop(this.user.user_id);
  }
}

export function askUser(desk: Desk, userId: string): Promise<Answer<UserView> | null> {
  return desk.ask((backend) => backend.user(userId));
}

/** The reasons for some refusals lie in what has changed since: the user as it is now, to be shown. */
export async function nowBeyond(
  desk: Desk,
  userId: string,
  { code }: Failure,
): Promise<UserView | null> {
  if (code !== "beyond-own-permissions" && code !== "primary-administrator") return null;
  const [now] = await Promise.all([askUser(desk, userId), desk.askRights()]);
  return now && "value" in now ? now.value : null;
}
