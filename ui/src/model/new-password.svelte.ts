import { tick } from "svelte";

import type { Failure, RuleCheck } from "../backend";
import { WAYS_OUT } from "../text/failure";
import { Action } from "./action.svelte";
import { answerTo } from "./answer";
import { Countdown, isAnnounced } from "./countdown.svelte";
import type { PasswordDemand } from "./router.svelte";
import { Rules } from "./rules.svelte";
import type { Shell } from "./shell.svelte";
import { hasFullWidth } from "./width";

/** The fields, from the top. */
export type PasswordFieldName = "current" | "password" | "again";

type Owner = {
  /** Sends the new password; what it throws is shown here. */
  change: (newPassword: string, currentPassword: string | null) => Promise<void>;
  focus: (field: PasswordFieldName, select: boolean) => void;
};

const EMPTY = { current: "", password: "", again: "" };

/** A new password that is being entered, within its time (FAQ 3-3). */
export class NewPassword {
  entered: Record<PasswordFieldName, string> = $state({ ...EMPTY });
  errors: Record<PasswordFieldName, string> = $state({ ...EMPTY });
  readonly rules: Rules;
  /** Whether the last failure says to wait. */
  waiting = $state(false);
  readonly countdown: Countdown;
  readonly changing: Action<[]>;
  /** Nothing that is typed here can help any more. */
  readonly over = $derived.by(() => {
    const { failure } = this.changing;
    return failure !== null && WAYS_OUT[failure.code] !== "retry";
  });
  #latest = 0;

  constructor(
    readonly shell: Shell,
    demand: PasswordDemand,
    /** Whether the current password is wanted too (FAQ 3-3①). */
    readonly withCurrent: boolean,
    readonly owner: Owner,
  ) {
    this.rules = new Rules(shell, () => this.entered.password);
    this.countdown = new Countdown(demand.seconds, (left) => {
      if (isAnnounced(left)) shell.announcer.say(shell.text.newPassword.timeLeftSoon(left));
      if (left === 0) this.#expire();
    });
    this.changing = new Action(
      shell,
      () => owner.change(this.entered.password, withCurrent ? this.entered.current : null),
      { refused: (found) => this.#refused(found), ended: () => this.#expireAfter() },
    );
  }

  /** Holds what was typed so far against every rule that needs no history. */
  async check(): Promise<RuleCheck[]> {
    this.rules.rejected = [];
    this.errors.password = "";
    const mine = ++this.#latest;
    const answer = await answerTo(this.shell.backend.checkPassword(this.entered.password));
    // Answers of earlier keystrokes may arrive late.
    const late = mine !== this.#latest;
    if ("failure" in answer) {
      if (!late) this.changing.failure = answer.failure;
      return [];
    }
    if (!late) this.rules.checks = answer.value;
    return answer.value;
  }

  async submit(): Promise<void> {
    if (this.changing.running || this.waiting || this.over) return;
    const { input, newPassword: t } = this.shell.text;
    const { entered, errors } = this;
    this.changing.failure = null;
    errors.again = "";
    const found = await this.check();
    const unmet = found.length === 0 || found.some((rule) => !rule.met);
    if (entered.password === "") errors.password = input.empty(t.label);
    else if (unmet || hasFullWidth(entered.password)) errors.password = t.fix;
    if (errors.password === "" && entered.again !== entered.password) {
      errors.again = entered.again === "" ? input.empty(t.confirm) : t.differs;
    }
    errors.current = this.withCurrent && entered.current === "" ? input.empty(t.current) : "";
    const order: PasswordFieldName[] = ["current", "password", "again"];
    const wrong = order.find((field) => errors[field] !== "");
    if (wrong) this.owner.focus(wrong, false);
    else await this.changing.run();
  }

  async #refused(found: Failure): Promise<void> {
    const { failures, newPassword } = this.shell.text;
    if (found.code === "current-password-wrong") {
      await this.#pointOut("current", failures[found.code].title);
    } else if (found.code === "password-rejected") {
      this.rules.rejected = found.details.rules ?? [];
      await this.#pointOut("password", newPassword.fix);
    }
  }

  async #pointOut(field: PasswordFieldName, error: string): Promise<void> {
    this.errors[field] = error;
    await tick();
    this.owner.focus(field, true);
  }

  #expire(): void {
    // A change that is on its way is the backend's to decide.
    if (this.changing.running) return;
    this.entered = { ...EMPTY };
    this.changing.failure = {
      code: "password-change-expired",
      details: {},
      session_ended: false,
    };
  }

  #expireAfter(): void {
    if (this.countdown.left === 0 && this.changing.failure !== null) this.#expire();
  }
}
