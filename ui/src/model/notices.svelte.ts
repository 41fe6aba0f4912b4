import type { Backend, NoticeView } from "../backend";
import { answerTo } from "./answer";

/** What this PC's user has been told before something expires (お知らせ). */
export class Notices {
  /** Newest first. */
  list: NoticeView[] = $state.raw([]);
  readonly unread = $derived(this.list.filter((notice) => !notice.read).length);

  constructor(readonly backend: Backend) {}

  /** Without an answer the list stays as it was: the overview says what is wrong. */
  async load(): Promise<void> {
    const answer = await answerTo(this.backend.notices());
    if ("value" in answer) this.list = answer.value;
  }

  /** Whatever is in the list has been seen. */
  async read(): Promise<void> {
    const newest = this.list[0];
    if (!newest || this.unread === 0) return;
    const answer = await answerTo(this.backend.readNotices(newest.id));
    if ("value" in answer) this.list = this.list.map((notice) => ({ ...notice, read: true }));
  }
}
