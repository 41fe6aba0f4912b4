import type { Language } from "../backend";
import { en } from "./en";
import { ja, type Catalogue } from "./ja";
import { naming } from "./provider";

export type { Catalogue };

export const catalogues: Record<Language, Catalogue> = { ja, en };

/** All texts of a language, with the name under which the provider wants to be asked. */
export function textsFor(language: Language, provider: string): Catalogue {
  const texts = catalogues[language];
  return naming(texts, provider.trim() || texts.words.provider);
}
