import { tick } from "svelte";

import { USER_ID, type Failure, type NewUser } from "../../backend";
import type { Action } from "../../model/action.svelte";
import { hasFullWidth } from "../../model/width";
import type { Desk } from "./desk.svelte";
import { InitialPassword } from "./initial-password.svelte";
import { orNone, PersonEntry, type PersonField } from "./person.svelte";

export type Field = PersonField | "userId" | "password";

/** A user that is being entered. */
export class NewUserDraft {
  userId = $state("");
  userIdError = $state("");
  readonly person: PersonEntry;
  permissions: string[] = $state([]);
  readonly password: InitialPassword;
  /** Whether the last failure says to wait. */
  waiting = $state(false);
  readonly creating: Action<[]>;
  readonly shape = $derived.by(() => {
    const userId = this.userId.trim();
    return userId === "" ? "open" : USER_ID.test(userId) ? "met" : "broken";
  });
  /** The first field that has to be corrected, in the order of the form. */
  readonly wrong: Field | null = $derived.by(() => {
    const { wrong } = this.person;
    if (wrong === "name" || wrong === "department") return wrong;
    if (this.userIdError !== "") return "userId";
    return wrong ?? (this.password.error === "" ? null : "password");
  });
  /** Whether leaving would lose something. */
  readonly dirty = $derived.by(() => {
    const { name, department, email } = this.person;
    const typed = [name, department, email, this.userId, this.password.text].join("").trim();
    return typed !== "" || this.permissions.length > 0;
  });

  constructor(
    readonly desk: Desk,
    readonly focus: (field: Field) => void,
  ) {
    this.person = new PersonEntry(desk.shell);
    this.password = new InitialPassword(desk.shell);
    this.creating = desk.action(() => this.#create(), { refused: (found) => this.#refused(found) });
  }

  submit(): void {
    const { creating } = this;
    if (creating.running || this.waiting) return;
    creating.failure = null;
    // Copied text brings spaces along.
    this.userId = this.userId.trim();
    this.userIdError = this.#wrongUserId();
    this.person.check(this.desk.rights.names);
    this.password.check();
    if (this.wrong) this.focus(this.wrong);
    else void creating.run();
  }

  #wrongUserId(): string {
    const { administration, input } = this.desk.shell.text;
    if (this.userId === "") return input.empty(administration.fields.userId);
    if (hasFullWidth(this.userId)) return input.fullWidth;
    return this.shape === "met" ? "" : input.userId;
  }

  async #create(): Promise<void> {
    const { desk, person } = this;
    const wanted: NewUser = {
      user_id: this.userId,
      initial_password: this.password.entered,
      email: orNone(person.email),
      permissions: $state.snapshot(this.permissions),
    };
    if (desk.rights.names) {
      wanted.name = orNone(person.name);
      wanted.department = orNone(person.department);
    }
    const { user, initial_password } = await desk.request((backend) => backend.createUser(wanted));
    this.password.text = "";
    void desk.users.load();
    if (!user || initial_password === null) return;
    desk.lastUser = null;
    const { user_id, name, department } = user;
    desk.goAnyway({
      name: "issued",
      by: "create",
      people: [{ user_id, name, department, initial_password, user }],
    });
  }

  async #refused({ code, details }: Failure): Promise<void> {
    const { administration: t, input } = this.desk.shell.text;
    const { field, rules } = details;
    if (code === "user-exists") this.userIdError = t.create.exists;
    if (code === "invalid-request" && field === "user_id") this.userIdError = input.userId;
    if (code === "invalid-request" || code === "name-malformed") this.person.refuse(field);
    if (code === "password-rejected") this.password.reject(rules ?? []);
    if (code === "beyond-own-permissions") await this.#grantLess();
    await tick();
    if (this.wrong) this.focus(this.wrong);
  }

  /** What may be granted has changed. */
  async #grantLess(): Promise<void> {
    await this.desk.askRights();
    const grantable = this.desk.rights.permissions
      .filter((right) => right.grantable)
      .map((right) => right.permission);
    this.permissions = this.permissions.filter((permission) => grantable.includes(permission));
  }
}
