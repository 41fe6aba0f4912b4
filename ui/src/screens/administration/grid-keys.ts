/** What of a row can have the focus. */
export type Part = "check" | "name" | "menu";

const PARTS: readonly Part[] = ["check", "name", "menu"];

/** What a key means in the list. */
export type Meant =
  | { do: "walk"; to: number; part: Part; selecting: boolean }
  | { do: "select" | "all" | "menu" | "leave" };

type Place = { at: number; part: Part; count: number; page: number };

/** The keys of a grid (WAI-ARIA authoring practices); null if the key is not for the list. */
export function keyed(
  event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "shiftKey" | "altKey">,
  { at, part, count, page }: Place,
): Meant | null {
  const { key, ctrlKey, metaKey, shiftKey, altKey } = event;
  if (altKey) return null;
  if (ctrlKey || metaKey) return key.toLowerCase() === "a" ? { do: "all" } : null;
  if (key === "Escape") return { do: "leave" };
  if (key === "ContextMenu" || (key === "F10" && shiftKey)) return { do: "menu" };
  // On the checkbox and the button of the menu, Space is theirs.
  if (key === " ") return part === "name" ? { do: "select" } : null;
  const rows: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
  };
  const to = rows[key];
  if (to !== undefined) {
    const within = Math.min(Math.max(to, 0), count - 1);
    return { do: "walk", to: within, part, selecting: shiftKey };
  }
  const aside = key === "ArrowRight" ? 1 : key === "ArrowLeft" ? -1 : 0;
  const next = PARTS[PARTS.indexOf(part) + aside];
  return aside === 0 || !next ? null : { do: "walk", to: at, part: next, selecting: false };
}
