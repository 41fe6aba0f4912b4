import type { Failure, UserChange, UserView } from "../../backend";
import type { Action } from "../../model/action.svelte";
import type { Desk } from "./desk.svelte";
import { orNone, PersonEntry, type PersonField } from "./person.svelte";
import { askUser, nowBeyond } from "./user.svelte";
import { whose } from "./words";

function sameSet(a: string[], b: string[]): boolean {
  return a.length === b.length && a.every((item) => b.includes(item));
}

/** What of a user is being changed. */
export class UserDraft {
  user: UserView;
  readonly person: PersonEntry;
  permissions: string[] = $state([]);
  failure: Failure | null = $state.raw(null);
  /** The user as it was before another administrator was faster. */
  was: UserView | null = $state.raw(null);
  waiting = $state(false);
  readonly saving: Action<[]>;
  readonly whose = $derived.by(() => whose(this.user));
  readonly editable = $derived(this.whose === null || this.whose === "yourself");
  readonly gone = $derived(this.failure?.code === "user-not-found");
  readonly #touched = $derived.by(() => ({
    name: this.person.name.trim() !== (this.user.name ?? ""),
    department: this.person.department.trim() !== (this.user.department ?? ""),
    email: this.person.email.trim() !== (this.user.email ?? ""),
    permissions: !sameSet(this.permissions, this.user.permissions),
  }));
  readonly dirty = $derived(Object.values(this.#touched).some((touched) => touched));

  constructor(
    readonly desk: Desk,
    loaded: UserView,
    readonly focus: (on: "heading" | PersonField) => void,
  ) {
    this.person = new PersonEntry(desk.shell);
    this.user = $state.raw(loaded);
    this.#fill(loaded);
    this.saving = desk.action(() => this.#save(), { refused: (found) => this.#refused(found) });
  }

  /** The view that the list had is shown at once, and then asked for anew. */
  async refresh(): Promise<void> {
    const found = await askUser(this.desk, this.user.user_id);
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
    this.was = null;
    this.focus("heading");
  }

  submit(): void {
    const { desk, person } = this;
    if (this.saving.running || this.waiting) return;
    this.failure = null;
    desk.done = "";
    person.check(this.user.name !== null);
    if (person.wrong) {
      this.focus(person.wrong);
    } else if (this.dirty) {
      void this.saving.run();
    } else {
      this.was = null;
      desk.tell(desk.shell.text.administration.user.unchanged);
    }
  }

  async #refused(found: Failure): Promise<void> {
    if (found.code === "user-changed") {
      const now = await askUser(this.desk, this.user.user_id);
      if (!now) return;
      if ("value" in now) {
        this.#meet(now.value);
        return;
      }
      found = now.failure;
    }
    if (found.code === "user-not-found") {
      this.#lose(found);
      return;
    }
    this.failure = found;
    if (found.code === "invalid-request" || found.code === "name-malformed") {
      this.person.refuse(found.details.field);
      if (this.person.wrong) this.focus(this.person.wrong);
    }
    const now = await nowBeyond(this.desk, this.user.user_id, found);
    if (now) this.#keep(now);
  }

  async #save(): Promise<void> {
    const { desk, person, user } = this;
    const change: UserChange = {
      version: user.version,
      email: orNone(person.email),
      permissions: $state.snapshot(this.permissions),
    };
    // What was not touched is not told, so that nobody else's entry is overwritten; an older backend
    // knows of neither.
    if (desk.rights.names) {
      if (this.#touched.name) change.name = person.name;
      if (this.#touched.department) change.department = person.department;
    }
    this.#take(await desk.request((backend) => backend.changeUser(user.user_id, change)));
    this.was = null;
    void desk.users.recount();
    desk.goAnyway({ name: "user", user: this.user }, desk.shell.text.administration.user.saved);
  }

  /** What was not touched here follows the other administrator; what was, stays. */
  #meet(now: UserView): void {
    const was = this.user;
    const touched = this.#touched;
    this.#keep(now);
    const { person } = this;
    if (!touched.name) person.name = now.name ?? "";
    if (!touched.department) person.department = now.department ?? "";
    if (!touched.email) person.email = now.email ?? "";
    if (!touched.permissions) this.permissions = [...now.permissions];
    this.was = was;
  }

  #keep(now: UserView): void {
    this.user = now;
    this.desk.keep(now);
  }

  #take(now: UserView): void {
    this.#keep(now);
    this.#fill(now);
  }

  #fill(now: UserView): void {
    const { person } = this;
    person.name = now.name ?? "";
    person.department = now.department ?? "";
    person.email = now.email ?? "";
    person.errors = { name: "", department: "", email: "" };
    this.permissions = [...now.permissions];
  }

  #lose(found: Failure): void {
    this.failure = found;
    this.desk.drop(this.user.user_id);
  }
}
