import { createPublicKey, type KeyObject } from "node:crypto";
import { canonicalBytes } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import { nodeSignedBytes } from "./node-key.ts";

/** Name of the form, and context of the signature over it. */
export const NODE_KEYS_SCHEMA = "ecert.node-keys.v1";

/** A key of a node. */
export interface ListedKey {
  /** Raw Ed25519 public key, Base64url. */
  key: string;
  /** Since when it is used, RFC 3339, UTC. */
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
  /** RFC 3339, UTC. */
  builtAt: string;
  nodes: Readonly<Record<string, readonly ListedKey[]>>;
}

/** Largest list, in bytes: some thousand nodes with some keys each. */
export const MAX_NODE_KEYS_BYTES = 1 << 20;

const SIGNATURE_LENGTH = ',"signature":""}'.length + 86;
const SIGNATURE = /^,"signature":"([\w-]{86})"\}$/;
const RAW_ED25519 = /^[\w-]{43}$/;

/** Writes a list: one object of canonical JSON, the province's signature as its last member. */
export function signedNodeKeyList(list: NodeKeyList, sign: (bytes: Uint8Array) => Uint8Array): Uint8Array {
  const { publisher, builtAt, nodes } = list;
  const text = Buffer.from(canonicalBytes({ schema: NODE_KEYS_SCHEMA, publisher, builtAt, nodes }));
  const signature = Buffer.from(sign(nodeSignedBytes(NODE_KEYS_SCHEMA, text))).toString("base64url");
  // "signature" sorts behind all other members.
  return Buffer.concat([text.subarray(0, -1), Buffer.from(`,"signature":"${signature}"}`)]);
}

/**
 * Reads a list. `verifies` holds the province's signature against its key. Throws `SIGNATURE_INVALID` where the province has not signed
 * it, `INVALID_FIELD` and `TOO_LARGE` where it is no list.
 */
export function readNodeKeyList(
  bytes: Uint8Array,
  province: string,
  verifies: (signed: Uint8Array, signature: Uint8Array) => boolean,
): NodeKeyList {
  if (bytes.length > MAX_NODE_KEYS_BYTES) throw new Refusal("TOO_LARGE", "list of nodes' keys: larger than any is");
  const file = Buffer.from(bytes);
  const end = Math.max(0, file.length - SIGNATURE_LENGTH);
  const signature = SIGNATURE.exec(file.toString("latin1", end))?.[1];
  if (signature === undefined) throw malformed("not in the form in which it is signed");
  const text = Buffer.concat([file.subarray(0, end), Buffer.from("}")]);
  if (!verifies(nodeSignedBytes(NODE_KEYS_SCHEMA, text), Buffer.from(signature, "base64url"))) {
    throw new Refusal("SIGNATURE_INVALID", "list of nodes' keys: the province has not signed it");
  }
  const list = listIn(text);
  if (list.publisher !== province) throw malformed(`not published by the province ${province}`);
  return list;
}

/** The public key of a listed one. */
export function listedKey({ key }: ListedKey): KeyObject {
  return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: key }, format: "jwk" });
}

/** Keys of a node that were in use at a time, newest first. */
export function keysAt(list: NodeKeyList, node: string, at: Date): ListedKey[] {
  const keys = Object.hasOwn(list.nodes, node) ? (list.nodes[node] ?? []) : [];
  const time = at.getTime();
  return keys
    .filter(({ since, until }) => Date.parse(since) <= time && (until === undefined || time <= Date.parse(until)))
    .toReversed();
}

function listIn(text: Buffer): NodeKeyList {
  let value: unknown;
  try {
    value = JSON.parse(text.toString("utf8"));
  } catch {
    throw malformed("not JSON");
  }
  const { schema, publisher, builtAt, nodes } = (value ?? {}) as Record<string, unknown>;
  if (schema !== NODE_KEYS_SCHEMA || typeof publisher !== "string" || !isTime(builtAt)) throw malformed("no such list");
  if (typeof nodes !== "object" || nodes === null) throw malformed("nodes is no object");
  for (const keys of Object.values(nodes)) {
    if (!Array.isArray(keys) || !keys.every(isListedKey)) throw malformed("a key that is none");
  }
  return { publisher, builtAt, nodes: nodes as NodeKeyList["nodes"] };
}

function isListedKey(value: unknown): boolean {
  const { key, since, until, compromised } = (value ?? {}) as Record<string, unknown>;
  const marked = compromised === undefined || compromised === true;
  return (
    typeof key === "string" &&
    RAW_ED25519.test(key) &&
    isTime(since) &&
    (until === undefined || isTime(until)) &&
    marked
  );
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function malformed(what: string): Refusal {
  return new Refusal("INVALID_FIELD", `list of nodes' keys: ${what}`);
}
