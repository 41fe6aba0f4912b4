import { tick } from "svelte";

import type { Failure, UserAction, UserAnswer, UserView } from "../../backend";
import type { Action } from "../../model/action.svelte";
import type { Desk } from "./desk.svelte";
import { emailLooksRight } from "./shapes";

function sameSet(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

/** One user, with what is being changed in it. */
export class UserDraft {
  user: UserView;
  email = $state("");
  permissions: string[] = $state([]);
  emailError = $state("");
  failure: Failure | null = $state.raw(null);
  /** What another administrator was faster with: the user as it was, and what it happened to. */
  changed: { was: UserView; during: "save" | "act" } | null = $state.raw(null);
  /** What is about to be done to the user. */
  act: UserAction | null = $state(null);
  waiting = $state(false);
  readonly saving: Action<[]>;

  /** Why the administrator keeps the hands off, if there is a reason. */
  readonly whose = $derived.by(() => {
    const { yourself, primary, beyond_reach } = this.user;
    return yourself ? "yourself" : primary ? "primary" : beyond_reach ? "beyond" : null;
  });
  readonly editable = $derived(this.whose === null || this.whose === "yourself");
  readonly gone = $derived(this.failure?.code === "user-not-found");
  readonly #emailTouched = $derived.by(() => this.email.trim() !== (this.user.email ?? ""));
  readonly #permissionsTouched = $derived.by(
    () => !sameSet(this.permissions, this.user.permissions),
  );
  readonly dirty = $derived(this.#emailTouched || this.#permissionsTouched);

  constructor(
    readonly desk: Desk,
    loaded: UserView,
    readonly focus: (on: "heading" | "email") => void,
  ) {
    this.user = $state.raw(loaded);
    this.email = loaded.email ?? "";
    this.permissions = [...loaded.permissions];
    this.saving = desk.action(() => this.#save(), {
      refused: (found) => this.refused(found, "save"),
    });
  }

  /** The list's view of the user is shown at once, and then asked for anew. */
  async refresh(): Promise<void> {
    const found = await this.#ask();
    if (!found) return;
    if ("failure" in found) {
      // Without news the list's view stays; what has gone is gone.
      if (found.failure.code === "user-not-found") this.#lose(found.failure);
      return;
    }
    // What was typed meanwhile stays.
    if (!this.dirty) this.#take(found.value);
    else if (found.value.version === this.user.version) this.#keep(found.value);
  }

  discard(): void {
    this.#take(this.user);
    this.changed = null;
    this.focus("heading");
  }

  submit(): void {
    const { desk } = this;
    if (this.saving.running || this.waiting) return;
    this.failure = null;
    desk.done = "";
    this.email = this.email.trim();
    const right = this.email === "" || emailLooksRight(this.email);
    this.emailError = right ? "" : desk.shell.text.administration.fields.emailWrong;
    if (!right) {
      this.focus("email");
    } else if (this.dirty) {
      void this.saving.run();
    } else {
      this.changed = null;
      desk.tell(desk.shell.text.administration.user.unchanged);
    }
  }

  /** The user is as the answer says, after something was done. */
  async acted(done: UserAction, answer: UserAnswer): Promise<void> {
    const { desk } = this;
    this.act = null;
    this.failure = null;
    this.changed = null;
    const message = desk.shell.text.administration.acts[done].done(this.user.user_id);
    if (!answer.user) {
      desk.users.remove(this.user.user_id);
      desk.go({ name: "users" }, message);
      desk.lastUser = null;
      return;
    }
    const unsaved = this.dirty;
    this.#keep(answer.user);
    if (!unsaved) this.#take(answer.user);
    if (answer.initial_password !== null) {
      const { user_id } = answer.user;
      const people = [{ user_id, initial_password: answer.initial_password, user: answer.user }];
      desk.go({ name: "issued", by: done, people }, message);
      return;
    }
    desk.tell(message);
    await tick();
    this.focus("heading");
  }

  async refused(found: Failure, during: "save" | "act"): Promise<void> {
    this.act = null;
    if (found.code === "user-changed") {
      const now = await this.#ask();
      if (!now) return;
      if ("value" in now) {
        this.#meet(now.value, during);
        return;
      }
      found = now.failure;
    }
    if (found.code === "user-not-found") {
      this.#lose(found);
      return;
    }
    this.failure = found;
    if (found.code === "invalid-request" && found.details.field === "email") {
      this.emailError = this.desk.shell.text.administration.fields.emailRefused;
      await tick();
      this.focus("email");
    }
    // The reasons lie in what has changed since: show it.
    if (found.code === "beyond-own-permissions" || found.code === "primary-administrator") {
      const [now] = await Promise.all([this.#ask(), this.desk.askRights()]);
      if (now && "value" in now) this.#keep(now.value);
    }
  }

  async #save(): Promise<void> {
    const change = {
      version: this.user.version,
      email: this.email === "" ? null : this.email,
      permissions: $state.snapshot(this.permissions),
    };
    this.#take(await this.desk.request((backend) => backend.changeUser(this.user.user_id, change)));
    this.changed = null;
    this.desk.tell(this.desk.shell.text.administration.user.saved);
    await tick();
    this.focus("heading");
  }

  #ask(): ReturnType<typeof this.desk.ask<UserView>> {
    return this.desk.ask((backend) => backend.user(this.user.user_id));
  }

  /** What was not touched here follows the other administrator; what was, stays. */
  #meet(now: UserView, during: "save" | "act"): void {
    const was = this.user;
    const [emailTouched, permissionsTouched] = [this.#emailTouched, this.#permissionsTouched];
    this.#keep(now);
    if (!emailTouched) this.email = now.email ?? "";
    if (!permissionsTouched) this.permissions = [...now.permissions];
    this.changed = { was, during };
  }

  #keep(now: UserView): void {
    this.user = now;
    this.desk.users.replace(now);
  }

  #take(now: UserView): void {
    this.#keep(now);
    this.email = now.email ?? "";
    this.permissions = [...now.permissions];
    this.emailError = "";
  }

  #lose(found: Failure): void {
    this.failure = found;
    this.desk.users.remove(this.user.user_id);
  }
}
