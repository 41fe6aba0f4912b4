import type { Failure, UserAction, UserView } from "../../backend";
import type { Action } from "../../model/action.svelte";
import { fits, type BulkAct } from "./acts";
import type { Desk, Issued } from "./desk.svelte";

/** What became of one of them. */
export type Outcome = { user: UserView; failure: Failure | null };

/** An act that is about to be done to all who are selected, one after the other. */
export class BulkDraft {
  /** Those on whom it makes sense. */
  readonly people: UserView[];
  /** Those whom it leaves alone. */
  readonly others: number;
  /** Whether each gets a new initial password as well. */
  also = $state(false);
  outcomes: Outcome[] = $state.raw([]);
  /** Whether everything is told. */
  ended = $state(false);
  readonly acting: Action<[]>;
  readonly failed: Outcome[] = $derived.by(() =>
    this.outcomes.filter((outcome) => outcome.failure !== null),
  );
  readonly done = $derived.by(() => this.outcomes.length - this.failed.length);
  /** Those who have not had their turn: it was stopped, or the session ended. */
  readonly left = $derived.by(() => this.#queue.length - this.outcomes.length);
  #queue: UserView[] = $state.raw([]);
  #issued: Issued[] = [];
  #stopped = false;

  constructor(
    readonly desk: Desk,
    readonly act: BulkAct,
  ) {
    this.people = desk.selection.users.filter((user) => fits(act, user));
    this.others = desk.selection.size - this.people.length;
    this.acting = desk.action(() => this.#perform(), { engages: true });
  }

  /** Whether the administrator may choose to set new initial passwords as well. */
  get mayReset(): boolean {
    return this.act === "unlock" || this.act === "reissue";
  }

  run(): void {
    this.#start(this.people);
  }

  /** Those who failed, and those who have not had their turn. */
  again(): void {
    const untried = this.#queue.slice(this.outcomes.length);
    const rest = [...this.failed.map(({ user }) => user), ...untried];
    this.#start(rest.filter((user) => fits(this.act, user)));
  }

  /** After the one that is being done now. */
  stop(): void {
    this.#stopped = true;
  }

  /** Ends it; new passwords are shown, which have to be handed over. */
  close(): void {
    const { desk } = this;
    void desk.users.recount();
    if (this.#issued.length === 0) return;
    desk.selection.clear();
    desk.go({ name: "issued", by: this.act, people: this.#issued });
  }

  #start(people: UserView[]): void {
    if (this.acting.running || people.length === 0) return;
    this.#queue = people;
    this.outcomes = [];
    this.ended = false;
    this.#stopped = false;
    void this.acting.run();
  }

  async #perform(): Promise<void> {
    for (const user of this.#queue) {
      if (this.#stopped) break;
      const outcome = await this.#one(user);
      if (!outcome) return;
      this.outcomes = [...this.outcomes, outcome];
      // Whatever keeps one from being done keeps the others too.
      if (outcome.failure && STOPS.has(outcome.failure.code)) break;
    }
    this.ended = true;
    const { administration } = this.desk.shell.text;
    this.desk.shell.announcer.say(administration.bulk.told(this.done, this.failed.length));
  }

  /** Null if another screen is shown because of it. */
  async #one(user: UserView): Promise<Outcome | null> {
    const { desk } = this;
    const request = {
      version: user.version,
      action: this.act satisfies UserAction,
      reset_password: this.also,
      initial_password: null,
    };
    const answer = await desk.ask((backend) => backend.actOnUser(user.user_id, request));
    if (!answer) return null;
    if ("failure" in answer) return { user: await this.#asNow(user, answer.failure), ...answer };
    const { user: now, initial_password } = answer.value;
    if (!now) return { user, failure: null };
    desk.keep(now);
    desk.selection.remove(now.user_id);
    if (initial_password !== null) {
      const { user_id, name, department } = now;
      this.#issued.push({ user_id, name, department, initial_password, user: now });
    }
    return { user: now, failure: null };
  }

  /** Who was changed by somebody else is looked at again before the act is tried again. */
  async #asNow(user: UserView, { code }: Failure): Promise<UserView> {
    const { desk } = this;
    if (code === "user-not-found") desk.drop(user.user_id);
    if (code !== "user-changed") return user;
    const found = await desk.ask((backend) => backend.user(user.user_id));
    if (!found || !("value" in found)) return user;
    desk.keep(found.value);
    return found.value;
  }
}

/** After these the next one would fail alike. */
const STOPS: ReadonlySet<string> = new Set([
  "too-many-requests",
  "backend-busy",
  "backend-failed",
  "backend-unreachable",
  "name-not-resolved",
  "timed-out",
  "cancelled",
  "proxy-refused",
  "proxy-unreachable",
  "tls-intercepted",
]);
