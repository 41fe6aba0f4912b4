import { tick } from "svelte";

import type { ErrorCode, Failure, ImportPreview } from "../../backend";
import type { Action } from "../../model/action.svelte";
import type { Desk } from "./desk.svelte";

/** After these nobody knows whether the backend has finished. */
const UNSURE: readonly ErrorCode[] = [
  "cancelled",
  "timed-out",
  "backend-unreachable",
  "unexpected-answer",
];

/** A file of users: chosen and checked, then created, all or none. */
export class ImportDraft {
  preview: ImportPreview | null = $state.raw(null);
  /** Whether columns without a use may be left out. */
  leaveOut = $state(false);
  /** Whether the users may have been created all the same. */
  unsure = $state(false);
  waiting = $state(false);
  readonly choosing: Action<[]>;
  readonly importing: Action<[]>;
  readonly failure: Failure | null = $derived.by(
    () => this.choosing.failure ?? this.importing.failure,
  );
  readonly running = $derived.by(() => this.choosing.running || this.importing.running);
  readonly ready = $derived.by(() => {
    if (this.preview === null || this.preview.problem_count > 0 || this.preview.users === 0)
      return false;
    return this.leaveOut || !this.preview.needs_consent;
  });

  #next: "choose" | "preview" | null = null;

  constructor(
    readonly desk: Desk,
    readonly focus: (on: "choose" | "preview") => void,
  ) {
    this.choosing = desk.action(() => this.#choose(), {
      refused: () => void (this.preview = null),
      ended: async () => {
        await tick();
        if (this.#next) this.focus(this.#next);
      },
    });
    this.importing = desk.action(() => this.#import(), {
      refused: (found) => this.#refused(found),
    });
  }

  choose(): void {
    if (this.running || this.waiting) return;
    this.#forget();
    void this.choosing.run();
  }

  run(): void {
    if (this.running || this.waiting || !this.ready) return;
    this.#forget();
    void this.importing.run();
  }

  #forget(): void {
    this.unsure = false;
    this.choosing.failure = null;
    this.importing.failure = null;
  }

  async #choose(): Promise<void> {
    this.#next = null;
    const chosen = await this.desk.request((backend) => backend.chooseImportFile());
    this.#next = chosen === null ? "choose" : "preview";
    // Closing the dialog leaves everything as it was.
    if (chosen === null) return;
    this.preview = chosen;
    this.leaveOut = false;
  }

  async #import(): Promise<void> {
    const created = await this.desk.request((backend) => backend.importUsers(this.leaveOut));
    this.preview = null;
    void this.desk.users.load();
    this.desk.go({
      name: "issued",
      by: "import",
      people: created.map((one) => ({ ...one, user: null })),
    });
  }

  #refused(found: Failure): void {
    this.unsure = UNSURE.includes(found.code);
    // The file has to be checked again: something has changed since.
    this.preview = null;
    if (this.unsure) void this.desk.users.load();
  }
}
