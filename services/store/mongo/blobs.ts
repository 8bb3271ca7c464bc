import { Binary, type Collection, type Db } from "mongodb";
import { LARGEST_FILE } from "../../document/pieces/find-pieces.ts";
import { unlessTaken } from "../insert-new.ts";
import type { Stored } from "../port.ts";
import { type SplitBlobs, splitBlobs } from "../split-blobs.ts";
import { asking } from "./failure.ts";
import { groupedInserts } from "./inserts.ts";

/** Bytes in one document; the server's limit is 16 MiB. Nearly every blob is one document. */
const PART_BYTES = 15 * 1024 * 1024;

interface Part {
  /** The digest for the first part, which is written last; `<digest>/<n>` for the others. */
  _id: string;
  /** Bytes of all parts. */
  length: number;
  data: Binary;
}

/**
 * Blobs as documents named by their digest, in parts where they are large; those that come together are written together. The part that carries the bare
 * digest is written last: while it is missing the blob is not there.
 */
export function mongoBlobs(database: Db): SplitBlobs {
  const parts = database.collection<Part>("store.blobs");

  const has = async (digest: string): Promise<boolean> =>
    (await asking(() => parts.findOne({ _id: digest }, { projection: { _id: 1 } }))) !== null;

  /** Where it is there already, it is the same bytes under the same name: somebody else was first, or a call before this one. */
  const insert = groupedInserts(parts as unknown as Collection<Stored>);
  const write = (part: Part) => unlessTaken(() => asking(() => insert(part as unknown as Stored)));

  return splitBlobs({
    async add(digest, bytes) {
      const count = Math.max(1, Math.ceil(bytes.length / PART_BYTES));
      for (let part = count - 1; part >= 0; part--) {
        const data = new Binary(bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
        await write({ _id: partName(digest, part), length: bytes.length, data });
      }
    },

    async get(digest) {
      const first = await asking(() => parts.findOne({ _id: digest }));
      if (first === null) return undefined;
      const found = [first.data.buffer];
      for (let part = 1; part * PART_BYTES < first.length; part++) {
        const next = await asking(() => parts.findOne({ _id: partName(digest, part) }));
        if (next !== null) found.push(next.data.buffer);
      }
      return found.length === 1 ? (found[0] as Uint8Array) : Buffer.concat(found);
    },

    async head(digest) {
      const first = await asking(() => parts.findOne({ _id: digest, length: { $lte: LARGEST_FILE } }));
      return first === null ? Buffer.alloc(0) : first.data.buffer;
    },

    // A majority read: what it finds is durable.
    holds: has,
    has,
  });
}

function partName(digest: string, part: number): string {
  return part === 0 ? digest : `${digest}/${part}`;
}
