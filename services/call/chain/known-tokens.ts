import { hash } from "node:crypto";
import { BoundedMemory } from "../../base/bounded-memory.ts";

const KEPT = 10_000;

/** What {@link knownTokens} works with; `until`: milliseconds. */
export interface KnownTokensParts<T extends { until: number }> {
  /** Judges a token that is not known. What it throws is not remembered. */
  check(token: string): Promise<T>;
  now: () => Date;
  /** The refusal of one that was good and has expired. */
  expired(): Error;
}

/** Judges tokens once: one that was good is remembered by its digest until it expires, the oldest of ten thousand goes first. */
export function knownTokens<T extends { until: number }>({
  check,
  now,
  expired,
}: KnownTokensParts<T>): (token: string) => Promise<T> {
  const known = new BoundedMemory<string, T>(KEPT);
  return async (token) => {
    const digest = hash("sha256", token, "base64");
    let found = known.get(digest);
    if (!found) {
      found = await check(token);
      known.set(digest, found);
    }
    if (found.until > now().getTime()) return found;
    known.delete(digest);
    throw expired();
  };
}
