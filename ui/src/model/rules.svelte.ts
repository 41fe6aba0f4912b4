import type { PasswordPolicy, PasswordRule, RuleCheck } from "../backend";
import type { Shell } from "./shell.svelte";

export type RuleState = "open" | "met" | "broken" | "later";

const ALWAYS: PasswordRule[] = ["length", "characters", "letter", "digit", "not-recent"];

/** The rules for a password, held against the one that is being typed (FAQ 3-3). */
export class Rules {
  checks: RuleCheck[] = $state.raw([]);
  /** Those that the backend said the last one breaks. */
  rejected: PasswordRule[] = $state.raw([]);
  readonly named: PasswordRule[] = $derived.by(() =>
    // Told only where it was broken: most people never need to think of it.
    this.rejected.includes("not-guessable") ? [...ALWAYS, "not-guessable"] : ALWAYS,
  );
  /** Those that keep what is typed from being taken. */
  readonly unmet: PasswordRule[] = $derived.by(() =>
    this.typed() === "" ? [] : this.named.filter((rule) => this.state(rule) === "broken"),
  );
  readonly allMet: boolean = $derived.by(
    () => this.typed() !== "" && this.checks.length > 0 && this.unmet.length === 0,
  );

  constructor(
    readonly shell: Shell,
    readonly typed: () => string,
  ) {}

  state(rule: PasswordRule): RuleState {
    if (this.rejected.includes(rule)) return "broken";
    if (rule === "not-recent") return "later";
    const check = this.checks.find((candidate) => candidate.rule === rule);
    if (this.typed() === "" || !check) return "open";
    return check.met ? "met" : "broken";
  }

  words(rule: PasswordRule, policy: PasswordPolicy): string {
    const { rules } = this.shell.text.newPassword;
    if (rule === "length") return rules.length(policy.min_length, policy.max_length);
    if (rule === "not-recent") return rules["not-recent"](policy.history);
    return rules[rule];
  }
}
