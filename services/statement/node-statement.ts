import { instantOf } from "../domain/instant.ts";
import { type QrStatement, readQrText } from "../domain/signed-qr.ts";
import { fromBase64url } from "./bytes.ts";
import { findingOf, type VerificationFinding } from "./finding.ts";
import { keysOf, type ListedKey, type NodeKeyList } from "./node-key-list.ts";
import { nodeSignedBytes, type Verifies } from "./node-signed.ts";
import { MAX_STATE_AGE_SECONDS } from "./standing.ts";

/** What is known of nodes' keys: the list that the province signed where there is one, else single keys without a period. */
export interface KnownKeys {
  list?: NodeKeyList;
  /** Raw Ed25519 public keys, Base64url, by node. */
  single: ReadonlyMap<string, string>;
}

/** Who says what a signed text says: a node, with a key that it used in a period. */
export interface StatementSource {
  node: string;
  /** Raw Ed25519 public key, Base64url. */
  key: string;
  /** `list`: of nodes' keys, signed by the province; `single`: a key that the verifier was given. */
  keyFrom: "list" | "single";
  /** When the list says that it was used, RFC 3339: then the text was made. `until` is absent for a key in use, both without a list. */
  since?: string;
  until?: string;
  /** When the list was made. */
  listedAt?: string;
}

/** A text that a node signed, and what is to be said of its key; or why it is none. */
export type NodeStatement =
  | { statement: QrStatement; by: StatementSource; findings: VerificationFinding[] }
  | { findings: VerificationFinding[] };

/**
 * Reads the signed text of a QR code and tells which node made it. By the list the key must have been in use on the day of issue: one
 * that had ended before is refused, and one that came later leaves open who signed that day (a certificate may have been made after
 * the day of its issue). A key that was lost proves nothing any more; nor does any, by a list that is too old to tell. Throws
 * `INVALID_FIELD` for what is no such text.
 */
export function readNodeStatement(
  text: string,
  { list, single }: KnownKeys,
  verifies: Verifies,
  at: Date,
): NodeStatement {
  const { statement, signed, signature } = readQrText(text);
  const { node, issueDate } = statement;
  const content = nodeSignedBytes("ecert.qr.v1", new TextEncoder().encode(signed));
  const value = fromBase64url(signature);
  const holds = (key: string) => value !== undefined && verifies(key, content, value);
  if (list === undefined) {
    const key = single.get(node);
    if (key === undefined || !holds(key)) return refused(node, key !== undefined);
    const by: StatementSource = { node, key, keyFrom: "single" };
    return { statement, by, findings: [findingOf("NODE_KEY_UNDATED", `the key of the node ${node} has no period`)] };
  }
  const keys = keysOf(list, node);
  const used = keys.find((one) => holds(one.key));
  if (used === undefined) return refused(node, keys.length > 0);
  const { key, since, until } = used;
  const period = { since, ...(until !== undefined && { until }) };
  const by: StatementSource = { node, key, keyFrom: "list", ...period, listedAt: list.builtAt };
  return { statement, by, findings: keyFindings(used, issueDate, list.builtAt, at) };
}

function keyFindings(
  { since, until, compromised }: ListedKey,
  issueDate: string,
  listedAt: string,
  at: Date,
): VerificationFinding[] {
  const findings: VerificationFinding[] = [];
  const ended = until !== undefined && instantOf(until) < instantOf(`${issueDate}T00:00:00.000+08:00`);
  const later = instantOf(since) > instantOf(`${issueDate}T23:59:59.999+08:00`);
  if (ended) findings.push(findingOf("NODE_KEY_ENDED", `used until ${until}, issued on ${issueDate}`));
  if (later) findings.push(findingOf("NODE_KEY_LATER", `used since ${since}, issued on ${issueDate}`));
  if (compromised) findings.push(findingOf("NODE_KEY_COMPROMISED", `used since ${since}`));
  const age = (at.getTime() - instantOf(listedAt)) / 1000;
  if (age > MAX_STATE_AGE_SECONDS) {
    findings.push(findingOf("NODE_KEYS_STALE", `the list of nodes' keys is ${Math.floor(age / 86_400)} days old`));
  }
  return findings;
}

function refused(node: string, known: boolean): NodeStatement {
  const why = known
    ? `the node ${node} did not sign this text with a key that is known`
    : `no key of the node ${node} is known`;
  return { findings: [findingOf("SIGNATURE_INVALID", `${why}; its key may be newer than what is known of keys here`)] };
}
