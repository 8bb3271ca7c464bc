import { isCivilDate } from "../domain/civil-date.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { decodeRiceSet, holdsNumber, type RiceSet } from "../domain/rice-set.ts";
import { fromHex, sameBytes } from "./bytes.ts";
import { nodeSignedBytes } from "./node-signed.ts";

/**
 * States that a bundle lists; every other certificate that it covers is in force, as far as its days go, but for those that
 * were over long before ({@link StatusBundleHead.omitsEndedBefore}).
 */
export const LISTED_STATES = ["suspended", "revoked", "superseded"] as const;

/** One state of {@link LISTED_STATES}. */
export type ListedState = (typeof LISTED_STATES)[number];

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

/** A verified bundle, as far as it can be read without hashing: identifiers are listed by numbers. */
export interface OpenedBundle {
  readonly head: StatusBundleHead;
  readonly counts: Readonly<Record<ListedState, number>>;
  /** What numbers of identifiers are made with: the first 64 bits, big-endian, of SHA-256(salt ‖ identifier). */
  readonly salt: Uint8Array;
  /** The state that a number is listed with; `undefined` where it is not. */
  listed(number: bigint): ListedState | undefined;
}

/** A verified bundle. */
export interface StatusBundle extends Pick<OpenedBundle, "head" | "counts"> {
  /** The state of a certificate, `undefined` where none is listed. Says nothing of whether the certificate exists. */
  stateOf(identifier: string): ListedState | undefined;
}

/** What a bundle begins with: its name, and the version of its form. */
export const STATUS_BUNDLE_MAGIC = Uint8Array.of(0x45, 0x43, 0x53, 0x42, 1);
const SIGNATURE_BYTES = 64;
/** Largest bundle that is read: some 80 million certificates of which 2 % are not in force, with room. */
const MAX_BYTES = 32 << 20;
const MAX_HEAD = 1 << 20;

/** The head of a bundle, as it is written. */
export interface WrittenHead extends StatusBundleHead {
  schema: "ecert.status-bundle.v1";
  salt: string;
  sets: Record<ListedState, { count: number; parameter: number; bytes: number }>;
}

/** Holds a signature against the key of the node that a bundle names as its publisher; `undefined` where no key of it is trusted. */
export type VerifiesPublisher = (publisher: string, signed: Uint8Array, signature: Uint8Array) => boolean | undefined;

/**
 * Opens a bundle. Refuses (`SIGNATURE_INVALID`) what is not signed, and (`INVALID_FIELD`, `TOO_LARGE`) what is not a bundle. Its age
 * is for the caller to judge.
 */
export function openStatusBundle(bytes: Uint8Array, verifies: VerifiesPublisher): OpenedBundle {
  const { head, headEnd } = signedHead(bytes, verifies);
  const body = bytes.length - SIGNATURE_BYTES;
  let at = headEnd;
  const lists = LISTED_STATES.map((state) => {
    const { count, parameter, bytes: length } = head.sets[state];
    const part = bytes.subarray(at, Math.min(at + length, body));
    at += length;
    return [state, decoded({ count, parameter, bytes: part })] as const;
  });
  if (at !== body) throw malformed("its sets have another length than it says");
  return {
    head: { publisher: head.publisher, builtAt: head.builtAt, ...omissionOf(head), nodes: head.nodes },
    counts: Object.fromEntries(lists.map(([state, { length }]) => [state, length])) as Record<ListedState, number>,
    salt: fromHex(head.salt),
    listed: (number) => lists.find(([, list]) => holdsNumber(list, number))?.[0],
  };
}

/** The head of a bundle whose signature holds, without reading what it lists. Refuses as {@link openStatusBundle} does. */
export function signedHead(bytes: Uint8Array, verifies: VerifiesPublisher): { head: WrittenHead; headEnd: number } {
  if (bytes.length > MAX_BYTES) throw new Refusal("TOO_LARGE", `status bundle: more than ${MAX_BYTES} bytes`);
  const body = bytes.length - SIGNATURE_BYTES;
  const headAt = STATUS_BUNDLE_MAGIC.length + 4;
  if (body < headAt || !sameBytes(bytes.subarray(0, STATUS_BUNDLE_MAGIC.length), STATUS_BUNDLE_MAGIC))
    throw malformed("not a status bundle");
  const headEnd = headAt + new DataView(bytes.buffer, bytes.byteOffset).getUint32(STATUS_BUNDLE_MAGIC.length);
  if (headEnd > body || headEnd > MAX_HEAD) throw malformed("its head is cut short");
  const head = parseHead(new TextDecoder().decode(bytes.subarray(headAt, headEnd)));
  const signed = nodeSignedBytes("ecert.status-bundle.v1", bytes.subarray(0, body));
  const good = verifies(head.publisher, signed, bytes.subarray(body));
  if (good === undefined) throw unsigned(`no key of the node ${head.publisher} is trusted`);
  if (!good) throw unsigned("its signature is wrong");
  return { head, headEnd };
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

/** The day before which a bundle leaves out what had ended, where it has one. */
export function omissionOf({ omitsEndedBefore }: StatusBundleHead): Pick<StatusBundleHead, "omitsEndedBefore"> {
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
