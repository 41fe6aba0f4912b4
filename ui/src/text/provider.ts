/** Stands in the texts of both languages where the provider is named. */
export const PROVIDER = "{provider}";

/** The texts with the provider's name in them, whatever their shape; functions name it in what they give. */
export function naming<T>(texts: T, provider: string): T {
  return named(texts, provider) as T;
}

function named(value: unknown, provider: string): unknown {
  if (typeof value === "string") return value.replaceAll(PROVIDER, () => provider);
  if (typeof value === "function") {
    return (...details: unknown[]): unknown => named(value(...details), provider);
  }
  if (Array.isArray(value)) return value.map((each) => named(each, provider));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, named(each, provider)]),
    );
  }
  return value;
}
