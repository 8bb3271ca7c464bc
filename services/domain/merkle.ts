import { createHash } from "node:crypto";
import { canonicalBytes } from "./canonical.ts";

/** What archives compare of a record (4.6.2). Nodes that agree on these four hold the same certificate in the same state. */
export interface RecordFacts {
  identifier: string;
  /** Revision of the record. */
  revision: number;
  /** `issued`, `suspended`, `revoked` or `superseded`. */
  state: string;
  /** SHA-256 (hex) of the canonical data message. */
  messageSha256: string;
}

/** A digest and what it stands for. */
export interface NamedDigest {
  name: string;
  /** SHA-256, lower-case hex. */
  digest: string;
}

/** Digest of one record, hex. */
export function recordDigest({ identifier, revision, state, messageSha256 }: RecordFacts): string {
  return hash(0, canonicalBytes({ identifier, revision, state, messageSha256 })).toString("hex");
}

/**
 * Root of the Merkle tree (RFC 6962 §2.1) over digests in the order of their names (by code unit), hex: of the records of a
 * bucket, named by identifier, or of the buckets of a node, named by day. Names are covered too. The order given does not
 * matter; of nothing the root is SHA-256 of nothing. Throws `TypeError` where a name comes twice.
 */
export function merkleRoot(digests: Iterable<NamedDigest>): string {
  const sorted = [...digests].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  sorted.forEach(({ name }, index) => {
    if (name === sorted[index + 1]?.name) throw new TypeError(`${name} comes twice`);
  });
  if (sorted.length === 0) return createHash("sha256").digest("hex");
  let level = sorted.map(({ name, digest }) => hash(0, canonicalBytes({ name, digest })));
  while (level.length > 1) {
    const next: Buffer[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const left = level[index] as Buffer;
      const right = level[index + 1];
      // An odd one out moves up as it is, which gives the same tree as splitting at the largest power of two.
      next.push(right ? hash(1, left, right) : left);
    }
    level = next;
  }
  return (level[0] as Buffer).toString("hex");
}

/** The prefix keeps leaves and inner nodes apart, so that no list of records passes for another. */
function hash(prefix: 0 | 1, ...parts: Uint8Array[]): Buffer {
  const digest = createHash("sha256").update(Uint8Array.of(prefix));
  for (const part of parts) digest.update(part);
  return digest.digest();
}

/**
 * Names under which two sides differ, in order, those that only one side has included: buckets first, then the records of
 * the buckets found. Nothing differs exactly where the roots are equal.
 */
export function diffBuckets(ours: Iterable<NamedDigest>, theirs: Iterable<NamedDigest>): string[] {
  const here = byName(ours);
  const there = byName(theirs);
  const names = new Set([...here.keys(), ...there.keys()]);
  return [...names].filter((name) => here.get(name) !== there.get(name)).sort();
}

function byName(digests: Iterable<NamedDigest>): Map<string, string> {
  return new Map([...digests].map(({ name, digest }) => [name, digest]));
}
