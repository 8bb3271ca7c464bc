import { Refusal } from "../../domain/refusal.ts";

/** What another node answers; `undefined` where it is of a version that does not have the method: it keeps nothing of the kind. */
export async function unlessOfBefore<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "UNIMPLEMENTED") return undefined;
    throw error;
  }
}
