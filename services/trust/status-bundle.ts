import { createHash, type KeyObject, verify } from "node:crypto";
import { canonicalBytes } from "../domain/canonical.ts";
import { addDays, shanghaiDay } from "../domain/civil-date.ts";
import { encodeRiceSet, type RiceSet } from "../domain/rice-set.ts";
import { nodeSignedBytes } from "../statement/node-signed.ts";
import {
  LISTED_STATES,
  type ListedState,
  omissionOf,
  openStatusBundle,
  STATUS_BUNDLE_MAGIC,
  type StatusBundle,
  type StatusBundleHead,
  type WrittenHead,
} from "../statement/status-bundle.ts";

/**
 * Days after the end of its validity for which a certificate stays listed. Verifiers whose clock or calendar differs, and those
 * who look back by a few weeks, still learn the state.
 */
export const LISTED_DAYS_AFTER_END = 30;

/** What {@link StatusBundleHead.omitsEndedBefore} is for a bundle that is begun at a time. */
export function omissionDay(builtAt: Date): string {
  return addDays(shanghaiDay(builtAt), -LISTED_DAYS_AFTER_END);
}

/**
 * Writes a bundle: magic, length of the head (4 octets, big-endian), head in canonical JSON, one Golomb–Rice set per state,
 * and the node's Ed25519 signature over all of it. An identifier is listed as the first 64 bits of SHA-256(salt ‖ identifier).
 * Two identifiers agree in these by chance only: with 200,000 listed, one certificate in force is taken for a listed one with
 * probability 1.1e-14, and any of ten million with 1.1e-7. A new salt per bundle makes sure that no such error stays. `salt`
 * is 16 random octets.
 */
export function writeStatusBundle(
  head: StatusBundleHead,
  listed: Readonly<Record<ListedState, Iterable<string>>>,
  salt: Uint8Array,
  sign: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const sets = LISTED_STATES.map((state) => {
    const numbers = BigUint64Array.from(listed[state], (identifier) => listedNumber(salt, identifier));
    return [state, encodeRiceSet(numbers)] as const;
  });
  return composeStatusBundle(head, Object.fromEntries(sets) as Record<ListedState, RiceSet>, salt, sign);
}

/** The number that stands for an identifier in a bundle with this salt. */
export function listedNumber(salt: Uint8Array, identifier: string): bigint {
  return createHash("sha256").update(salt).update(identifier).digest().readBigUInt64BE();
}

/** As {@link writeStatusBundle}, of sets of {@link listedNumber} that were coded before: coding a large one takes its time. */
export function composeStatusBundle(
  head: StatusBundleHead,
  coded: Readonly<Record<ListedState, RiceSet>>,
  salt: Uint8Array,
  sign: (bytes: Uint8Array) => Uint8Array,
): Uint8Array {
  const sets = LISTED_STATES.map((state) => [state, coded[state]] as const);
  const written: WrittenHead = {
    schema: "ecert.status-bundle.v1",
    publisher: head.publisher,
    builtAt: head.builtAt,
    ...omissionOf(head),
    nodes: head.nodes.map(({ node, records, root, unreadable = 0 }) => ({
      ...{ node, records, root },
      ...(unreadable > 0 && { unreadable }),
    })),
    salt: Buffer.from(salt).toString("hex"),
    sets: Object.fromEntries(
      sets.map(([state, { count, parameter, bytes }]) => [state, { count, parameter, bytes: bytes.length }]),
    ) as WrittenHead["sets"],
  };
  const json = canonicalBytes(written);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  const signed = Buffer.concat([STATUS_BUNDLE_MAGIC, length, json, ...sets.map(([, { bytes }]) => bytes)]);
  return Buffer.concat([signed, sign(nodeSignedBytes("ecert.status-bundle.v1", signed))]);
}

/**
 * Reads a bundle that one of the given nodes signed (Ed25519 public keys by node code). Refuses (`SIGNATURE_INVALID`) one
 * that is not, or of a node without a key here, and (`INVALID_FIELD`, `TOO_LARGE`) one that is not a bundle. Its age is for
 * the caller to judge.
 */
export function readStatusBundle(bytes: Uint8Array, nodeKeys: ReadonlyMap<string, KeyObject>): StatusBundle {
  const { head, counts, salt, listed } = openStatusBundle(bytes, (publisher, signed, signature) => {
    const key = nodeKeys.get(publisher);
    return key && verify(null, signed, key, signature);
  });
  return { head, counts, stateOf: (identifier) => listed(listedNumber(salt, identifier)) };
}
