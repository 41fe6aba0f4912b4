import type { IdentityView, Standing } from "../backend";

/** Whether a certificate can be chosen for a login. */
export function isChoosable({ standing }: IdentityView): boolean {
  return standing.kind === "usable" || standing.kind === "renew-soon";
}

/** Days left of a certificate that can be used, 0 of one that is over, null where time says nothing. */
export function daysLeft(standing: Standing): number | null {
  if ("days_left" in standing) return standing.days_left;
  return standing.kind === "expired" ? 0 : null;
}

/** The certificate that a login offers first: the one used last, or the only one; never forced (SPEC B1). */
export function suggested(identities: IdentityView[]): IdentityView | null {
  const choosable = identities.filter(isChoosable);
  const only = choosable.length === 1 ? choosable[0] : undefined;
  return choosable.find((identity) => identity.last_used) ?? only ?? null;
}

/** Companies in the order of their first certificate, each with its certificates. */
export function byCompany(identities: IdentityView[]): IdentityView[][] {
  const groups = new Map<string, IdentityView[]>();
  for (const identity of identities) {
    const group = groups.get(identity.customer_number) ?? [];
    groups.set(identity.customer_number, [...group, identity]);
  }
  return [...groups.values()];
}

/** As it is searched: whatever the width, the case, the kind of kana, and the blanks. */
function folded(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[ァ-ヶ]/g, (kana) => String.fromCodePoint((kana.codePointAt(0) ?? 0) - 0x60))
    .replace(/\s+/gu, "");
}

/** Whether all words that were typed are found in the holder, the company or the user ID. */
export function matches(identity: IdentityView, query: string): boolean {
  const { holder_name, customer_name, customer_number, user_id } = identity;
  const where = [holder_name ?? "", customer_name, customer_number, user_id].map(folded);
  const words = query.normalize("NFKC").split(/\s+/u).map(folded).filter(Boolean);
  return words.every((word) => where.some((text) => text.includes(word)));
}
