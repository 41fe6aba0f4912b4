import type { Failure } from "../../backend";

/** What a request came to; null if the session ended and another screen is shown. */
export type Answer<T> = { value: T } | { failure: Failure } | null;
