import type { PasswordRule } from "../../backend";
import type { Shell } from "../../model/shell.svelte";
import { hasFullWidth } from "../../model/width";

/** The initial password that a form gives: a generated one, or one that the administrator enters. */
export class InitialPassword {
  own = $state(false);
  text = $state("");
  error = $state("");
  /** Rules that the backend said the last one breaks. */
  rejected: PasswordRule[] = $state.raw([]);

  constructor(readonly shell: Shell) {}

  /** What was entered; null if one is to be generated. */
  get entered(): string | null {
    return this.own ? this.text : null;
  }

  /** Points out what is wrong, where one is given at all. */
  check(given = true): void {
    this.rejected = [];
    this.error = given && this.own ? this.#wrong() : "";
  }

  reject(rules: PasswordRule[]): void {
    this.rejected = rules;
    this.error = this.shell.text.administration.password.rejected;
  }

  #wrong(): string {
    const { administration, input } = this.shell.text;
    if (this.text === "") return input.empty(administration.password.label);
    if (hasFullWidth(this.text)) return input.fullWidthPassword;
    return this.text.includes(" ") ? input.spaceInPassword : "";
  }
}
