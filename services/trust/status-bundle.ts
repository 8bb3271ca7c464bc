import { createHash, type KeyObject, verify } from "node:crypto";
import { canonicalBytes } from "../domain/canonical.ts";
import { addDays, isCivilDate, shanghaiDay } from "../domain/civil-date.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { decodeRiceSet, encodeRiceSet, holdsNumber, type RiceSet } from "../domain/rice-set.ts";
import { nodeSignedBytes } from "./node-key.ts";

/**
 * States that a bundle lists; every other certificate that it covers is in force, as far as its days go, but for those that
 * were over long before ({@link StatusBundleHead.omitsEndedBefore}).
 */
export const LISTED_STATES = ["suspended", "revoked", "superseded"] as const;

/** One state of {@link LISTED_STATES}. */
export type ListedState = (typeof LISTED_STATES)[number];

/**
 * Days after the end of its validity for which a certificate stays listed. Verifiers whose clock or calendar differs, and those
 * who look back by a few weeks, still learn the state.
 */
export const LISTED_DAYS_AFTER_END = 30;

/** What {@link StatusBundleHead.omitsEndedBefore} is for a bundle that is begun at a time. */
export function omissionDay(builtAt: Date): string {
  return addDays(shanghaiDay(builtAt), -LISTED_DAYS_AFTER_END);
}

/** A node whose certificates a bundle covers, and the state of the archive that it was made from. */
export interface CoveredNode {
  node: string;
  records: number;
  /** Digest over the archive of the node (4.6.2), hex: names exactly what was looked at. */
  root: string;
  /**
   * Certificates of the node that could not be read when the bundle was made. Of these the bundle tells only what was not in force
   * where that could be told. Absent: none.
   */
  unreadable?: number;
}

/** What a bundle says of itself. */
export interface StatusBundleHead {
  /** Node that publishes it, whose key signs it. */
  publisher: string;
  /** RFC 3339, UTC. Certificates issued later are not covered. */
  builtAt: string;
  /**
   * Certificates whose last day of validity lies before this day, `yyyy-MM-dd`, are not listed, whatever their state: that they
   * are over shows in themselves. Of their state before that the bundle says nothing. Absent: all are listed.
   */
  omitsEndedBefore?: string;
  nodes: CoveredNode[];
}

/** A verified bundle. */
export interface StatusBundle {
  readonly head: StatusBundleHead;
  readonly counts: Readonly<Record<ListedState, number>>;
  /** The state of a certificate, `undefined` where none is listed. Says nothing of whether the certificate exists. */
  stateOf(identifier: string): ListedState | undefined;
}

const MAGIC = Buffer.from("ECSB\u0001", "latin1");
const SIGNATURE_BYTES = 64;
/** Largest bundle that is read: some 80 million certificates of which 2 % are not in force, with room. */
const MAX_BYTES = 32 << 20;
const MAX_HEAD = 1 << 20;

interface WrittenHead extends StatusBundleHead {
  schema: "ecert.status-bundle.v1";
  salt: string;
  sets: Record<ListedState, { count: number; parameter: number; bytes: number }>;
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
  const signed = Buffer.concat([MAGIC, length, json, ...sets.map(([, { bytes }]) => bytes)]);
  return Buffer.concat([signed, sign(nodeSignedBytes("ecert.status-bundle.v1", signed))]);
}

/**
 * Reads a bundle that one of the given nodes signed (Ed25519 public keys by node code). Refuses (`SIGNATURE_INVALID`) one
 * that is not, or of a node without a key here, and (`INVALID_FIELD`, `TOO_LARGE`) one that is not a bundle. Its age is for
 * the caller to judge.
 */
export function readStatusBundle(bytes: Uint8Array, nodeKeys: ReadonlyMap<string, KeyObject>): StatusBundle {
  if (bytes.length > MAX_BYTES) throw new Refusal("TOO_LARGE", `status bundle: more than ${MAX_BYTES} bytes`);
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const body = file.length - SIGNATURE_BYTES;
  if (body < MAGIC.length + 4 || !file.subarray(0, MAGIC.length).equals(MAGIC)) throw malformed("not a status bundle");
  const headEnd = MAGIC.length + 4 + file.readUInt32BE(MAGIC.length);
  if (headEnd > body || headEnd > MAX_HEAD) throw malformed("its head is cut short");
  const head = parseHead(file.toString("utf8", MAGIC.length + 4, headEnd));
  const key = nodeKeys.get(head.publisher);
  const signed = nodeSignedBytes("ecert.status-bundle.v1", file.subarray(0, body));
  if (key === undefined) throw unsigned(`no key of the node ${head.publisher} is trusted`);
  if (!verify(null, signed, key, file.subarray(body))) throw unsigned("its signature is wrong");
  const salt = Buffer.from(head.salt, "hex");
  let at = headEnd;
  const lists = LISTED_STATES.map((state) => {
    const { count, parameter, bytes: length } = head.sets[state];
    const part = file.subarray(at, at + length);
    at += length;
    return [state, decoded({ count, parameter, bytes: part })] as const;
  });
  if (at !== body) throw malformed("its sets have another length than it says");
  return {
    head: { publisher: head.publisher, builtAt: head.builtAt, ...omissionOf(head), nodes: head.nodes },
    counts: Object.fromEntries(lists.map(([state, { length }]) => [state, length])) as Record<ListedState, number>,
    stateOf: (identifier) => {
      const hash = listedNumber(salt, identifier);
      return lists.find(([, list]) => holdsNumber(list, hash))?.[0];
    },
  };
}

function parseHead(text: string): WrittenHead {
  let head: WrittenHead;
  try {
    head = JSON.parse(text) as WrittenHead;
  } catch {
    throw malformed("its head is not JSON");
  }
  const known = head?.schema === "ecert.status-bundle.v1" && typeof head.publisher === "string";
  const dated = typeof head?.builtAt === "string" && !Number.isNaN(instantOf(head.builtAt));
  const omission = head?.omitsEndedBefore;
  const cut = omission === undefined || (typeof omission === "string" && isCivilDate(omission));
  const whole =
    Array.isArray(head?.nodes) && typeof head.salt === "string" && LISTED_STATES.every((s) => head.sets?.[s]);
  if (!known || !dated || !cut || !whole) throw malformed("its head is not of ecert.status-bundle.v1");
  return head;
}

function omissionOf({ omitsEndedBefore }: StatusBundleHead): Pick<StatusBundleHead, "omitsEndedBefore"> {
  return omitsEndedBefore === undefined ? {} : { omitsEndedBefore };
}

function decoded(set: RiceSet): BigUint64Array {
  try {
    return decodeRiceSet(set);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", "status bundle: a set is damaged", { cause });
  }
}

function malformed(detail: string): Refusal {
  return new Refusal("INVALID_FIELD", `status bundle: ${detail}`);
}

function unsigned(detail: string): Refusal {
  return new Refusal("SIGNATURE_INVALID", `status bundle: ${detail}`);
}
