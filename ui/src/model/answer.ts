import { asFailure, type Failure } from "../backend";

/** What a request came to. */
export type Answer<T> = { value: T } | { failure: Failure };

/** Waits for a request; never throws. */
export async function answerTo<T>(request: Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await request };
  } catch (thrown) {
    return { failure: asFailure(thrown) };
  }
}
