import type * as ja from "../../ja/administration/bulk";
import { users } from "../counts";

export const bulk: typeof ja.bulk = {
  selected: (count) => `${users(count)} selected`,
  clear: "Clear the selection",
  acts: "Actions for the selected",
  title: (act, count) => `${act} (${users(count)})`,
  confirm: (act, count) => `${act} (${users(count)})`,
  andMore: (count) => ` and ${count.toLocaleString("en")} more`,
  others: (count) =>
    count === 1
      ? "One more user is selected but not affected."
      : `${users(count)} more are selected but not affected.`,
  also: "Set new initial passwords for all of them as well",
  alsoHint:
    "They are shown once when you are done, and can be printed. The current ones can no longer be used.",
  running: (done, count) => `Working (${done} of ${count} done)`,
  done: "Done",
  told: (done, failed) =>
    failed === 0 ? `Done for ${users(done)}.` : `Done for ${users(done)}, not done for ${failed}.`,
  notTried: (count) => `${users(count)} not tried yet.`,
  again: (count) => `Try again for the remaining ${count}`,
};
