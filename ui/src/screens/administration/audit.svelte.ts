import type { AuditEvent, AuditQuery, AuditRecord } from "../../backend";
import type { Answer } from "../../model/answer";
import { dayAfter, fileDate, startOfDay } from "./days";
import type { Desk } from "./desk.svelte";
import { PAGE, Pages, type Page } from "./pages.svelte";

export type Filters = { person: string; act: AuditEvent | ""; from: string; to: string };

const EVERYTHING: Filters = { person: "", act: "", from: "", to: "" };

/** The records that the filters have found so far. */
export class AuditList extends Pages<AuditQuery, AuditRecord, number> {
  filters: Filters = $state({ ...EVERYTHING });
  readonly wrongPeriod = $derived.by(() => {
    const { from, to } = this.filters;
    return from !== "" && to !== "" && to < from;
  });

  constructor(
    readonly desk: Desk,
    /** Whose records are wanted at first. */
    person: string,
  ) {
    super(desk.shell);
    this.filters.person = person;
  }

  /** A filter was changed; `typed` if more may follow. */
  changed(typed: boolean): void {
    this.rest();
    if (this.wrongPeriod) return;
    if (typed) this.loadSoon();
    else void this.load();
  }

  clear(): void {
    this.filters = { ...EVERYTHING };
    void this.load();
  }

  /** Saves all that the filters find. */
  exporting(ended: () => Promise<void>): ReturnType<Desk["saving"]> {
    const t = (): typeof this.shell.text.audit => this.shell.text.audit;
    return this.desk.saving(
      (backend) => {
        const { fileName, headings, acts, kinds } = t();
        const texts = {
          file_name: fileName(fileDate()),
          headings: [...headings],
          words: { ...acts, ...kinds },
        };
        return backend.exportAudit(this.wanted(), texts);
      },
      (file) => t().exported(file),
      ended,
    );
  }

  /** The filters, without a place in the pages. */
  protected wanted(): AuditQuery {
    const query: AuditQuery = {};
    // User IDs are kept in lower case.
    const person = this.filters.person.trim().toLowerCase();
    const from = startOfDay(this.filters.from);
    const to = dayAfter(this.filters.to);
    if (person !== "") query.person = person;
    if (this.filters.act !== "") query.event = this.filters.act;
    if (from !== null) query.from = from;
    if (to !== null) query.to = to;
    return query;
  }

  protected async page(
    query: AuditQuery,
    before: number | null,
  ): Promise<Answer<Page<AuditRecord, number>> | null> {
    const paged: AuditQuery = { ...query, limit: PAGE };
    if (before !== null) paged.before = before;
    const answer = await this.desk.ask((backend) => backend.auditPage(paged));
    return answer && "value" in answer
      ? { value: { rows: answer.value.records, next: answer.value.next } }
      : answer;
  }

  protected found(): string {
    return this.shell.text.audit.found(this.rows.length, this.next !== null);
  }

  protected added(count: number): string {
    return this.shell.text.audit.added(count, this.rows.length);
  }
}
