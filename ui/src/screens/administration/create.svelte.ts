import { tick } from "svelte";

import { USER_ID, type Failure } from "../../backend";
import type { Action } from "../../model/action.svelte";
import { hasFullWidth } from "../../model/width";
import type { Desk } from "./desk.svelte";
import { InitialPassword } from "./initial-password.svelte";
import { emailLooksRight } from "./shapes";

export type Field = "userId" | "email" | "password";

/** A user that is being entered. */
export class NewUserDraft {
  userId = $state("");
  email = $state("");
  permissions: string[] = $state([]);
  readonly password: InitialPassword;
  errors = $state({ userId: "", email: "" });
  /** Whether the last failure says to wait. */
  waiting = $state(false);
  readonly creating: Action<[]>;
  readonly shape = $derived.by(() => {
    const userId = this.userId.trim();
    return userId === "" ? "open" : USER_ID.test(userId) ? "met" : "broken";
  });
  /** The first field that has to be corrected. */
  readonly wrong: Field | null = $derived.by(() => {
    if (this.errors.userId !== "") return "userId";
    if (this.errors.email !== "") return "email";
    return this.password.error === "" ? null : "password";
  });

  constructor(
    readonly desk: Desk,
    readonly focus: (field: Field) => void,
  ) {
    this.password = new InitialPassword(desk.shell);
    this.creating = desk.action(() => this.#create(), { refused: (found) => this.#refused(found) });
  }

  submit(): void {
    const { creating } = this;
    if (creating.running || this.waiting) return;
    creating.failure = null;
    // Copied text brings spaces along.
    this.userId = this.userId.trim();
    this.email = this.email.trim();
    const right = this.email === "" || emailLooksRight(this.email);
    this.errors = {
      userId: this.#wrongUserId(),
      email: right ? "" : this.desk.shell.text.administration.fields.emailWrong,
    };
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
    const { desk } = this;
    const { user, initial_password } = await desk.request((backend) =>
      backend.createUser({
        user_id: this.userId,
        initial_password: this.password.entered,
        email: this.email === "" ? null : this.email,
        permissions: $state.snapshot(this.permissions),
      }),
    );
    this.password.text = "";
    void desk.users.load();
    if (!user || initial_password === null) return;
    desk.lastUser = null;
    desk.go({
      name: "issued",
      by: "create",
      people: [{ user_id: user.user_id, initial_password, user }],
    });
  }

  async #refused({ code, details }: Failure): Promise<void> {
    const { administration: t, input } = this.desk.shell.text;
    const { field, rules } = details;
    if (code === "user-exists") this.errors.userId = t.create.exists;
    if (code === "invalid-request" && field === "user_id") this.errors.userId = input.userId;
    if (code === "invalid-request" && field === "email") this.errors.email = t.fields.emailRefused;
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
