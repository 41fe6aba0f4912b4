import { tick } from "svelte";

import type { ErrorCode, Failure, UserAction, UserAnswer, UserView } from "../../backend";
import type { Action } from "../../model/action.svelte";
import type { Desk } from "./desk.svelte";
import { InitialPassword } from "./initial-password.svelte";

/** For what the user's page has to show: the user changed, or is out of reach now. */
const FOR_THE_PAGE: readonly ErrorCode[] = [
  "user-changed",
  "user-not-found",
  "own-account",
  "primary-administrator",
  "beyond-own-permissions",
];

type Owner = {
  done: (act: UserAction, answer: UserAnswer) => void;
  refused: (failure: Failure) => void;
  focus: (field: "password" | "typed") => void;
};

/** Something that is about to be done to a user, until it is confirmed. */
export class ActDraft {
  /** Whether the user gets a new initial password as well. */
  also = $state(false);
  readonly password: InitialPassword;
  /** The user ID that is typed to confirm a deletion. */
  typed = $state("");
  typedError = $state("");
  waiting = $state(false);
  readonly acting: Action<[]>;

  constructor(
    readonly desk: Desk,
    readonly user: UserView,
    readonly act: UserAction,
    readonly owner: Owner,
  ) {
    this.also = act === "reset-password";
    this.password = new InitialPassword(desk.shell);
    this.acting = desk.action(() => this.#perform(), { refused: (found) => this.#refused(found) });
  }

  get destructive(): boolean {
    return this.act === "delete" || this.act === "reissue";
  }

  /** Whether the administrator may choose to set a new initial password as well. */
  get mayReset(): boolean {
    return this.act === "unlock" || this.act === "reissue";
  }

  submit(): void {
    const { acting } = this;
    if (acting.running || this.waiting) return;
    acting.failure = null;
    this.password.check(this.also);
    const same = this.typed.trim().toLowerCase() === this.user.user_id;
    this.typedError =
      this.act !== "delete" || same ? "" : this.desk.shell.text.administration.act.typeIdWrong;
    if (this.password.error !== "") this.owner.focus("password");
    else if (this.typedError !== "") this.owner.focus("typed");
    else void acting.run();
  }

  async #perform(): Promise<void> {
    const request = {
      version: this.user.version,
      action: this.act,
      reset_password: this.also,
      initial_password: this.also ? this.password.entered : null,
    };
    const answer = await this.desk.request((backend) =>
      backend.actOnUser(this.user.user_id, request),
    );
    this.password.text = "";
    this.owner.done(this.act, answer);
  }

  async #refused(found: Failure): Promise<void> {
    if (FOR_THE_PAGE.includes(found.code)) {
      this.owner.refused(found);
      return;
    }
    if (found.code !== "password-rejected") return;
    this.password.reject(found.details.rules ?? []);
    await tick();
    this.owner.focus("password");
  }
}
