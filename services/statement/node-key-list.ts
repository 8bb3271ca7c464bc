import { canonicalBytes } from "../domain/canonical-json.ts";
import { instantOf, isUtcInstant } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import { isNodeCode } from "../domain/sandbox.ts";
import { fromBase64url, joinBytes, sameBytes } from "./bytes.ts";
import { nodeSignedBytes } from "./node-signed.ts";

/** Name of the form, and context of the signature over it. */
export const NODE_KEYS_SCHEMA = "ecert.node-keys.v1";

/** A key of a node. */
export interface ListedKey {
  /** Raw Ed25519 public key, Base64url. */
  key: string;
  /** Since when it is used, RFC 3339, UTC to the millisecond. */
  since: string;
  /** Until when it was used; absent where it still is. */
  until?: string;
  /** It was lost: whatever it signed may be anybody's. */
  compromised?: true;
}

/** What the list says: keys by node (division code), oldest first for each. */
export interface NodeKeyList {
  /** Node of the province, whose key signs it. */
  publisher: string;
  /** RFC 3339, UTC to the millisecond. */
  builtAt: string;
  nodes: Readonly<Record<string, readonly ListedKey[]>>;
}

/** Largest list, in bytes: some thousand nodes with some keys each. */
export const MAX_NODE_KEYS_BYTES = 1 << 20;

const SIGNATURE_LENGTH = ',"signature":""}'.length + 86;
const SIGNATURE = /^,"signature":"([\w-]{86})"\}$/;
const RAW_ED25519 = /^[\w-]{43}$/;

/**
 * Reads a list. `verifies` holds the province's signature against its key. Throws `SIGNATURE_INVALID` where the province has not signed
 * it, `INVALID_FIELD` and `TOO_LARGE` where it is no list in the one spelling in which it is written; members that are not known
 * are refused, since they might take back what the others say.
 */
export function readNodeKeyList(
  bytes: Uint8Array,
  province: string,
  verifies: (signed: Uint8Array, signature: Uint8Array) => boolean,
): NodeKeyList {
  if (bytes.length > MAX_NODE_KEYS_BYTES) throw new Refusal("TOO_LARGE", "list of nodes' keys: larger than any is");
  const end = Math.max(0, bytes.length - SIGNATURE_LENGTH);
  const text = joinBytes(bytes.subarray(0, end), new TextEncoder().encode("}"));
  const written = SIGNATURE.exec(new TextDecoder().decode(bytes.subarray(end)))?.[1];
  if (written === undefined) throw malformed("not in the form in which it is signed");
  const signature = fromBase64url(written);
  if (signature === undefined || !verifies(nodeSignedBytes(NODE_KEYS_SCHEMA, text), signature)) {
    throw new Refusal("SIGNATURE_INVALID", "list of nodes' keys: the province has not signed it");
  }
  const list = listIn(text);
  if (list.publisher !== province) throw malformed(`not published by the province ${province}`);
  return list;
}

/** All keys that a node has had, oldest first; none for a node that is not listed. */
export function keysOf({ nodes }: NodeKeyList, node: string): readonly ListedKey[] {
  return Object.hasOwn(nodes, node) ? (nodes[node] ?? []) : [];
}

/** Keys of a node that were in use at a time, newest first. */
export function keysAt(list: NodeKeyList, node: string, at: Date): ListedKey[] {
  const time = at.getTime();
  return keysOf(list, node)
    .filter(({ since, until }) => instantOf(since) <= time && (until === undefined || time <= instantOf(until)))
    .toReversed();
}

function listIn(text: Uint8Array): NodeKeyList {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(text));
  } catch {
    throw malformed("not JSON");
  }
  if (!isObject(value) || value.schema !== NODE_KEYS_SCHEMA) throw malformed(`not of ${NODE_KEYS_SCHEMA}`);
  const { schema: _, publisher, builtAt, nodes, ...more } = value;
  if (Object.keys(more).length > 0) throw malformed("a member that is not known");
  if (!isNode(publisher)) throw malformed("publisher is no node");
  if (!isUtcInstant(builtAt)) throw malformed("builtAt is no time in UTC to the millisecond");
  if (!isObject(nodes)) throw malformed("nodes is no object");
  for (const [node, keys] of Object.entries(nodes)) {
    if (!isNode(node)) throw malformed("a node without a division code");
    if (!Array.isArray(keys) || !keys.every(isListedKey)) throw malformed(`a key of ${node} that is none`);
    if (!inOrder(keys as ListedKey[])) throw malformed(`keys of ${node} are not in order, each once`);
  }
  if (!sameBytes(canonicalBytes(value), text)) throw malformed("not canonical JSON");
  return { publisher, builtAt, nodes: nodes as NodeKeyList["nodes"] };
}

/** Whether a value is a key as lists hold it. */
export function isListedKey(value: unknown): value is ListedKey {
  if (!isObject(value)) return false;
  const { key, since, until, compromised, ...more } = value;
  return (
    typeof key === "string" &&
    RAW_ED25519.test(key) &&
    fromBase64url(key) !== undefined &&
    isUtcInstant(since) &&
    (until === undefined || (isUtcInstant(until) && since <= until)) &&
    (compromised === undefined || compromised === true) &&
    Object.keys(more).length === 0
  );
}

/** Oldest first, and no key twice: one that was lost must not stand there as a good one as well. */
function inOrder(keys: readonly ListedKey[]): boolean {
  const once = new Set(keys.map(({ key }) => key)).size === keys.length;
  return once && keys.every(({ since }, at) => at === 0 || (keys[at - 1]?.since ?? "") <= since);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isNode(value: unknown): value is string {
  return typeof value === "string" && isNodeCode(value);
}

function malformed(what: string): Refusal {
  return new Refusal("INVALID_FIELD", `list of nodes' keys: ${what}`);
}
