import { tick } from "svelte";

import { asFailure, type AuditRecord, type Failure } from "../../backend";
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
    try {
      const page = await this.shell.backend.history(this.next);
      if (this.#gone) return 0;
      this.records = [...this.records, ...page.records];
      this.next = page.next;
      this.loaded = true;
      return page.records.length;
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (!this.#gone && !this.shell.session.endedBy(failure)) this.failure = failure;
      return 0;
    } finally {
      this.loading = false;
      await tick();
    }
  }
}
