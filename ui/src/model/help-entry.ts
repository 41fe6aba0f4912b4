import type { EntryId } from "../text/help/outline";
import type { Screen } from "./router.svelte";

/** Where the manual opens from each screen: at what the user is doing, else at its contents. */
const ENTRIES: Record<Screen["name"], EntryId | null> = {
  loading: null,
  broken: null,
  start: null,
  profile: "first-login",
  issuance: "issuance",
  password: "login",
  change: "password-change",
  menu: "main-menu",
  renewal: "renewal",
  "finish-renewal": "finish-renewal",
  "own-password": "password-change",
  transfer: "transfer",
  history: "own-history",
  "own-email": "own-address",
  administration: "users",
};

export function entryForScreen(name: Screen["name"]): EntryId | null {
  return ENTRIES[name];
}
