import { createHash, type Hash } from "node:crypto";
import { BoundedMemory } from "../base/bounded-memory.ts";
import { findPieces } from "../document/pieces/find-pieces.ts";
import { sha256 } from "./digest.ts";

/** Octets of shared fronts in memory: some 80 KB for each template and format. */
const FIXED_BYTES = 16 << 20;
/** Lengths of shared fronts that are remembered. */
const FIXED_LENGTHS = 1024;

/** A shared front that was hashed: what stands behind it goes on from there. */
export interface KnownFront {
  octets: Uint8Array;
  /** Digest (hex) of a file that begins with the front, and goes on with these octets. */
  digestWith(rest: Uint8Array): string;
}

/** Shared fronts of files of certificates in memory, so that none is hashed or read again for each file. */
export interface KnownFronts {
  get(name: string): KnownFront | undefined;
  /** Remembers a front that is kept under its digest. */
  set(name: string, front: KnownFront): void;
  /** The digest of a front. */
  nameOf(front: Uint8Array): string;
  /** The digest of a file: of one whose front is known, only what follows is hashed. */
  digestOf(file: Uint8Array): string;
}

/** A front of octets that nobody changes any more, and its digest. */
export function hashedFront(octets: Uint8Array): { name: string; front: KnownFront } {
  const hash: Hash = createHash("sha256").update(octets);
  const digestWith = (rest: Uint8Array) => hash.copy().update(rest).digest("hex");
  return { name: hash.copy().digest("hex"), front: { octets, digestWith } };
}

/** Opens the memory of one store. */
export function knownFronts(): KnownFronts {
  const fronts = new BoundedMemory<string, KnownFront>(FIXED_BYTES);
  /** Fronts by their length: to look one up by its octets is cheaper than to digest it. */
  const names = new BoundedMemory<number, string>(FIXED_LENGTHS);

  function find(octets: Uint8Array): { name: string; front: KnownFront } | undefined {
    const name = names.get(octets.length);
    const front = name === undefined ? undefined : fronts.get(name);
    if (name === undefined || front === undefined) return undefined;
    return Buffer.compare(front.octets, octets) === 0 ? { name, front } : undefined;
  }

  return {
    get: (name) => fronts.get(name),
    set: (name, front) => fronts.set(name, front, front.octets.length),

    nameOf(octets) {
      const name = find(octets)?.name ?? sha256(octets);
      names.set(octets.length, name);
      return name;
    },

    digestOf(file) {
      const fixed = findPieces(file)?.fixed;
      const known = fixed === undefined ? undefined : find(file.subarray(0, fixed));
      return known === undefined ? sha256(file) : known.front.digestWith(file.subarray(fixed));
    },
  };
}
