import { USER_ID, type UserView } from "../../backend";
import type { Desk } from "./desk.svelte";

/** The rest after a keystroke before people are looked for, in milliseconds. */
const REST = 150;
/** People that are offered. */
const MOST = 8;

/** Looks for a user by a part of the name, department, ID or address, and offers whom it finds. */
export class Finder {
  text = $state("");
  /** Who is offered for the text; null while nobody has been looked for. */
  offered: UserView[] | null = $state.raw(null);
  /** Whether more people match than are offered. */
  more = $state(false);
  open = $state(false);
  /** Who would be taken by Enter; -1 if nobody. */
  active = $state(-1);
  #latest = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly desk: Desk,
    /** Somebody was chosen; or an ID was typed that only the records may know. */
    readonly owner: { chosen: (user: UserView) => void; typed?: (userId: string) => void },
  ) {}

  type(text: string): void {
    this.text = text;
    this.active = -1;
    clearTimeout(this.#timer);
    this.#latest += 1;
    if (text.trim() === "") {
      this.offered = null;
      this.open = false;
      this.owner.typed?.("");
      return;
    }
    this.#timer = setTimeout(() => void this.#look(), REST);
  }

  /** Up and down, around the end. */
  move(by: number): void {
    const count = this.offered?.length ?? 0;
    if (count === 0) return;
    this.open = true;
    this.active = (this.active + by + count + (this.active < 0 && by < 0 ? 1 : 0)) % count;
  }

  /** Enter: who is marked, the only one offered, or the ID as it was typed. */
  async take(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.offered === null && this.text.trim() !== "") await this.#look();
    const marked =
      this.offered?.[this.active] ?? (this.offered?.length === 1 ? this.offered[0] : null);
    if (marked) this.choose(marked);
    else this.#asTyped();
  }

  choose(user: UserView): void {
    clearTimeout(this.#timer);
    this.#latest += 1;
    this.text = user.user_id;
    this.close();
    this.owner.chosen(user);
  }

  close(): void {
    this.open = false;
    this.active = -1;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#latest += 1;
  }

  async #look(): Promise<void> {
    const mine = ++this.#latest;
    const search = this.text.trim();
    const found = await this.desk.ask((backend) => backend.users({ search, limit: MOST }));
    if (mine !== this.#latest || !found || !("value" in found)) return;
    this.offered = found.value.users;
    this.more = found.value.next !== null;
    this.open = true;
    // Whoever types the whole ID has chosen.
    const id = search.toLowerCase();
    const whole = this.offered.find((user) => user.user_id === id);
    if (whole && this.owner.typed) this.owner.typed(id);
    const { finder } = this.desk.shell.text.administration;
    this.desk.shell.announcer.say(finder.found(this.offered.length, this.more));
  }

  /** Users that have been deleted are in the records alone. */
  #asTyped(): void {
    const id = this.text.trim().toLowerCase();
    if (!this.owner.typed || !USER_ID.test(id)) return;
    this.close();
    this.owner.typed(id);
  }
}
