import type { UserAction, UserView } from "../../backend";
import { whose } from "./words";

/** `act-reset` rather than `act-reset-password`, as the tests call them. */
export const ACT_IDS: Record<UserAction, string> = {
  unlock: "act-unlock",
  "reset-password": "act-reset",
  reissue: "act-reissue",
  suspend: "act-suspend",
  resume: "act-resume",
  delete: "act-delete",
};

export const ACT_ICONS = {
  unlock: "unlock",
  "reset-password": "key",
  reissue: "refresh",
  suspend: "pause",
  resume: "play",
  delete: "bin",
} as const satisfies Record<UserAction, string>;

/** What can be done to a user as it is now. */
export function actsOn(user: UserView): UserAction[] {
  if (whose(user) !== null) return [];
  const standing: UserAction = user.suspended_at === null ? "suspend" : "resume";
  const always: UserAction[] = ["reset-password", "reissue", standing, "delete"];
  return user.locked ? ["unlock", ...always] : always;
}

/** What can be done to several at once. */
export const BULK = ["unlock", "resume", "suspend", "reissue"] as const;

export type BulkAct = (typeof BULK)[number];

/** Whether an act makes sense on a user as it is now. */
export function fits(act: BulkAct, user: UserView): boolean {
  return actsOn(user).includes(act);
}
