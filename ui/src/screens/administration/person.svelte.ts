import { NAME_LENGTH } from "./shapes";
import { emailLooksRight } from "./shapes";
import type { Shell } from "../../model/shell.svelte";

export type PersonField = "name" | "department" | "email";

/** Who somebody is, as it is typed. */
export class PersonEntry {
  name = $state("");
  department = $state("");
  email = $state("");
  errors: Record<PersonField, string> = $state({ name: "", department: "", email: "" });
  /** The first field that has to be corrected. */
  readonly wrong: PersonField | null = $derived.by(
    () =>
      (["name", "department", "email"] as const).find((each) => this.errors[each] !== "") ?? null,
  );

  constructor(readonly shell: Shell) {}

  /** Points out what cannot be right. */
  check(named: boolean): void {
    // Copied text brings spaces along.
    this.name = this.name.trim();
    this.department = this.department.trim();
    this.email = this.email.trim();
    const { administration: t, input } = this.shell.text;
    const long = (text: string, label: string): string =>
      [...text].length > NAME_LENGTH ? input.tooLong(label, NAME_LENGTH) : "";
    const right = this.email === "" || emailLooksRight(this.email);
    this.errors = {
      name: named && this.name === "" ? input.empty(t.fields.name) : long(this.name, t.fields.name),
      department: long(this.department, t.fields.department),
      email: right ? "" : t.fields.emailWrong,
    };
  }

  /** The field that the backend refuses, if it is one of these. */
  refuse(field: string | undefined): void {
    const t = this.shell.text.administration.fields;
    if (field === "email") this.errors.email = t.emailRefused;
    if (field === "name" || field === "department") this.errors[field] = t.nameRefused;
  }
}

/** What is sent of a field that may be empty. */
export function orNone(text: string): string | null {
  return text === "" ? null : text;
}
