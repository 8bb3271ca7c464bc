import { create } from "@bufbuild/protobuf";
import { type BlobPiece, BlobPieceSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { BoundedMemory } from "../../base/bounded-memory.ts";
import { sha256Hex } from "../../domain/canonical.ts";

/** Bytes of a piece at most. */
export const PIECE_BYTES = 512 << 10;
/** Bytes of a blob at most: an attachment has 5 MiB at most, a file of a certificate less. */
const BLOB_BYTES = 32 << 20;
/** Bytes of unfinished blobs that are kept; the oldest goes first and comes again with its event. */
const UNFINISHED_BYTES = 64 << 20;

/** Cuts a blob into pieces; an empty blob is one empty piece. */
export function piecesOf(sha256: string, content: Uint8Array): BlobPiece[] {
  const count = Math.max(1, Math.ceil(content.length / PIECE_BYTES));
  return Array.from({ length: count }, (_, index) =>
    create(BlobPieceSchema, {
      sha256,
      index,
      count,
      content: content.subarray(index * PIECE_BYTES, (index + 1) * PIECE_BYTES),
    }),
  );
}

interface Unfinished {
  pieces: (Uint8Array | undefined)[];
  missing: number;
  bytes: number;
}

/** Puts blobs together from pieces that come in any order, repeated or from several rounds. */
export interface PieceAssembly {
  /**
   * Takes a piece. Resolves to the whole blob with the last missing piece, and to `undefined` before. A piece that fits no
   * blob, and a blob that does not have the digest it came under, are dropped with `refused`.
   */
  add(piece: BlobPiece): { whole: Uint8Array } | { refused: string } | undefined;
}

/** What an unfinished blob takes beside its pieces, bytes: a stream of empty pieces must not grow without end either. */
const BLOB_COST = 2 << 10;
const DIGEST = /^[0-9a-f]{64}$/;

/** Creates an assembly in memory: what it holds is lost with the process and comes again with the event. */
export function createPieceAssembly(limitBytes = UNFINISHED_BYTES): PieceAssembly {
  const unfinished = new BoundedMemory<string, Unfinished>(limitBytes);

  return {
    add({ sha256, index, count, content }) {
      if (count < 1 || count > BLOB_BYTES / PIECE_BYTES || index < 0 || index >= count || content.length > PIECE_BYTES)
        return { refused: `piece ${index} of ${count} with ${content.length} bytes` };
      if (!DIGEST.test(sha256)) return { refused: "no digest" };
      if (unfinished.get(sha256)?.pieces.length !== count) unfinished.delete(sha256);
      const begun = { pieces: new Array(count).fill(undefined), missing: count, bytes: BLOB_COST };
      const blob = unfinished.get(sha256) ?? begun;
      if (blob.pieces[index] === undefined) {
        blob.pieces[index] = content;
        blob.missing -= 1;
        blob.bytes += content.length;
      }
      if (blob.missing > 0) {
        unfinished.set(sha256, blob, blob.bytes);
        return undefined;
      }
      unfinished.delete(sha256);
      const whole = Buffer.concat(blob.pieces as Uint8Array[]);
      return sha256Hex(whole) === sha256 ? { whole } : { refused: "the blob does not have the digest it came under" };
    },
  };
}
