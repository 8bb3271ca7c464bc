import { Binary, type Db } from "mongodb";
import { Refusal } from "../../domain/refusal.ts";
import { isDigest, sha256 } from "../digest.ts";
import { unlessTaken } from "../insert-new.ts";
import type { Blobs } from "../port.ts";
import { asking } from "./failure.ts";

/** Bytes in one document; the server's limit is 16 MiB. Nearly every blob is one document. */
const PART_BYTES = 15 * 1024 * 1024;

interface Part {
  /** The digest for the first part, which is written last; `<digest>/<n>` for the others. */
  _id: string;
  /** Bytes of the whole blob. */
  length: number;
  data: Binary;
}

/**
 * Blobs as documents named by their digest, in parts where they are large. The part that carries the bare digest is written
 * last: while it is missing the blob is not there.
 */
export function mongoBlobs(database: Db): Blobs {
  const parts = database.collection<Part>("store.blobs");

  const has = async (digest: string): Promise<boolean> =>
    (await asking(() => parts.findOne({ _id: digest }, { projection: { _id: 1 } }))) !== null;

  /** Where it is there already, it is the same bytes under the same name: somebody else was first, or a call before this one. */
  const write = (part: Part) => unlessTaken(() => asking(() => parts.insertOne(part)));

  return {
    async put(bytes) {
      const digest = sha256(bytes);
      // A majority read: what it finds is durable.
      if (await has(digest)) return digest;
      const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
      for (let part = count - 1; part >= 0; part--) {
        const data = new Binary(bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
        await write({ _id: partName(digest, part), length: bytes.length, data });
      }
      return digest;
    },

    async get(digest) {
      if (!isDigest(digest)) return undefined;
      const first = await asking(() => parts.findOne({ _id: digest }));
      if (first === null) return undefined;
      const found = [first.data.buffer];
      for (let part = 1; part * PART_BYTES < first.length; part++) {
        const next = await asking(() => parts.findOne({ _id: partName(digest, part) }));
        if (next !== null) found.push(next.data.buffer);
      }
      const bytes = found.length === 1 ? (found[0] as Uint8Array) : Buffer.concat(found);
      if (sha256(bytes) !== digest)
        throw new Refusal("INTERNAL", `blob ${digest} is damaged`, { metadata: { digest } });
      return bytes;
    },

    async has(digest) {
      return isDigest(digest) && has(digest);
    },
  };
}

function partName(digest: string, part: number): string {
  return part === 0 ? digest : `${digest}/${part}`;
}
