import { tick } from "svelte";

import type { AuditRecord, Failure } from "../../backend";
import { answerTo } from "../../model/answer";
import type { Shell } from "../../model/shell.svelte";

/** The records about the user who is logged in, as far as they have been fetched. */
export class History {
  records: AuditRecord[] = $state.raw([]);
  loaded = $state(false);
  loading = $state(false);
  failure: Failure | null = $state.raw(null);
  /** Before which record the next ones are; null at the end. */
  next: number | null = $state(null);
  #gone = false;

  constructor(readonly shell: Shell) {}

  /** Nothing that comes later is of interest. */
  stop(): void {
    this.#gone = true;
  }

  /** Fetches the newest, or those that follow; how many came. */
  async load(): Promise<number> {
    if (this.loading) return 0;
    this.loading = true;
    this.failure = null;
    const answer = await answerTo(this.shell.backend.history(this.next));
    this.loading = false;
    if (this.#gone) return 0;
    if ("failure" in answer) {
      if (!this.shell.session.endedBy(answer.failure)) this.failure = answer.failure;
      return 0;
    }
    const { records, next } = answer.value;
    this.records = [...this.records, ...records];
    this.next = next;
    this.loaded = true;
    await tick();
    return records.length;
  }
}
