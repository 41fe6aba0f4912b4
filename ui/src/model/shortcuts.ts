export type Shortcut = "help" | "settings" | "print" | "logout";

const WITH_CONTROL: Partial<Record<string, Shortcut>> = {
  ",": "settings",
  p: "print",
  l: "logout",
};

/** Which shortcut a key is; keys that an input method has in hand are none. */
export function pressed(event: KeyboardEvent): Shortcut | null {
  if (event.isComposing || event.altKey || event.shiftKey || event.repeat) return null;
  const control = event.ctrlKey || event.metaKey;
  if (!control) return event.key === "F1" ? "help" : null;
  return WITH_CONTROL[event.key.toLowerCase()] ?? null;
}
