import type { Language } from "../backend";
import { en } from "./en";
import { ja, type Catalogue } from "./ja";

export type { Catalogue };

export const catalogues: Record<Language, Catalogue> = { ja, en };
