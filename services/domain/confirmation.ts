import { createHash } from "node:crypto";
import { canonicalBytes, sha256Hex } from "./canonical.ts";
import { type OriginStatement, originBytes } from "./origin-statement.ts";

/** Orders that an officer may confirm at once. */
export const MAX_CONFIRMED = 200;

/** Digest (hex) of an order as an officer confirms it: of its origin statement, which the agent rebuilds from the data message alone. */
export function confirmedDigest(statement: OriginStatement): string {
  return sha256Hex(originBytes(statement));
}

/**
 * What a security key signs when an officer confirms orders of a node: one digest over the digests of all of them, in their order. Nothing
 * else that this platform has signed has this form, so no signature made for one purpose passes for another.
 */
export function confirmationChallenge(node: string, orders: readonly string[]): Uint8Array {
  const confirmed = { schema: "ecert.confirmation.v1", node, orders };
  return createHash("sha256").update(canonicalBytes(confirmed)).digest();
}
