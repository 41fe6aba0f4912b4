import type { AuditEvent, AuditQuery, AuditRecord } from "../../backend";
import type { Answer } from "../../model/answer";
import { beginOf, fileDate, parseDay, startOf, type Day, type Period } from "./days";
import type { Desk } from "./desk.svelte";
import { Finder } from "./finder.svelte";
import { PAGE, Pages, type Page } from "./pages.svelte";

export type End = "from" | "to";

/** The records that the filters have found so far. */
export class AuditList extends Pages<AuditQuery, AuditRecord, number> {
  /** Whose records are wanted; everybody's if empty. */
  person = $state("");
  act: AuditEvent | "" = $state("");
  period: Period = $state("all");
  /** The first and the last day of a period of one's own, as they are typed. */
  days: Record<End, string> = $state({ from: "", to: "" });
  readonly finder: Finder;
  readonly read: Record<End, Day | null> = $derived.by(() => ({
    from: parseDay(this.days.from),
    to: parseDay(this.days.to),
  }));
  /** Ends of the period that are no day of the calendar. */
  readonly wrongDays: End[] = $derived.by(() =>
    (["from", "to"] as const).filter((end) => this.days[end].trim() !== "" && !this.read[end]),
  );
  readonly wrongPeriod = $derived.by(() => {
    const { from, to } = this.read;
    return from !== null && to !== null && startOf(to) < startOf(from);
  });
  /** Whether the filters say nothing that could be asked for. */
  readonly wrong = $derived.by(
    () => this.period === "own" && (this.wrongPeriod || this.wrongDays.length > 0),
  );
  readonly filtered = $derived.by(
    () => this.finder.text !== "" || this.act !== "" || this.period !== "all",
  );

  constructor(
    readonly desk: Desk,
    /** Whose records are wanted at first. */
    person: string,
  ) {
    super(desk.shell);
    this.person = person;
    this.finder = new Finder(desk, {
      chosen: (user) => this.#of(user.user_id),
      typed: (userId) => this.#of(userId),
    });
    this.finder.text = person;
  }

  /** A filter was changed; `typed` if more may follow. */
  changed(typed: boolean): void {
    this.rest();
    if (this.wrong) return;
    if (typed) this.loadSoon();
    else void this.load();
  }

  choose(period: Period): void {
    this.period = period;
    this.changed(false);
  }

  clear(): void {
    this.finder.type("");
    [this.person, this.act, this.period] = ["", "", "all"];
    this.days = { from: "", to: "" };
    void this.load();
  }

  override stop(): void {
    super.stop();
    this.finder.stop();
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

  #of(person: string): void {
    if (person === this.person) return;
    this.person = person;
    this.changed(false);
  }

  /** The filters, without a place in the pages. */
  protected wanted(): AuditQuery {
    const query: AuditQuery = {};
    if (this.person !== "") query.person = this.person;
    if (this.act !== "") query.event = this.act;
    if (this.period === "own") {
      const { from, to } = this.read;
      if (from) query.from = startOf(from);
      if (to) query.to = startOf(to, 1);
    } else if (this.period !== "all") {
      query.from = beginOf(this.period);
    }
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
