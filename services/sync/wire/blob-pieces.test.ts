import { randomBytes } from "node:crypto";
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { type BlobPiece, BlobPieceSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { createPieceAssembly, PIECE_BYTES, piecesOf } from "./blob-pieces.ts";

const blob = (bytes: number) => {
  const content = randomBytes(bytes);
  return { content, sha256: sha256Hex(content) };
};

describe("blobs travel in pieces", () => {
  test.each([0, 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES])("%i bytes arrive whole, in any order", (bytes) => {
    const { content, sha256 } = blob(bytes);
    const pieces = piecesOf(sha256, content).reverse();
    expect(pieces.every((piece) => piece.content.length <= PIECE_BYTES)).toBe(true);
    const assembly = createPieceAssembly();
    const last = pieces.pop() as BlobPiece;
    for (const piece of pieces) expect(assembly.add(piece)).toBeUndefined();
    expect(assembly.add(last)).toEqual({ whole: content });
  });

  test("a repeated piece counts once, and two blobs do not mix", () => {
    const [a, b] = [blob(2 * PIECE_BYTES), blob(2 * PIECE_BYTES)];
    const [a0, a1] = piecesOf(a.sha256, a.content) as [BlobPiece, BlobPiece];
    const [b0, b1] = piecesOf(b.sha256, b.content) as [BlobPiece, BlobPiece];
    const assembly = createPieceAssembly();
    for (const piece of [a0, a0, b0]) expect(assembly.add(piece)).toBeUndefined();
    expect(assembly.add(b1)).toEqual({ whole: b.content });
    expect(assembly.add(a1)).toEqual({ whole: a.content });
  });

  test("what does not have the digest it came under is refused, and can come again", () => {
    const { content, sha256 } = blob(100);
    const assembly = createPieceAssembly();
    const [piece] = piecesOf(sha256, content) as [BlobPiece];
    const damaged = create(BlobPieceSchema, { sha256, index: 0, count: 1, content: randomBytes(100) });
    expect(assembly.add(damaged)).toHaveProperty("refused");
    expect(assembly.add(piece)).toEqual({ whole: content });
  });

  test.each([
    { index: 1, count: 1 },
    { index: -1, count: 1 },
    { index: 0, count: 0 },
    { index: 0, count: 1_000_000 },
  ])("a piece %o is refused", (place) => {
    expect(createPieceAssembly().add(create(BlobPieceSchema, { sha256: "aa", ...place }))).toHaveProperty("refused");
  });

  test("unfinished blobs are bounded: the oldest is forgotten", () => {
    const assembly = createPieceAssembly(2 * PIECE_BYTES);
    const blobs = [blob(2 * PIECE_BYTES), blob(2 * PIECE_BYTES), blob(2 * PIECE_BYTES)];
    const pieces = blobs.map(({ sha256, content }) => piecesOf(sha256, content)) as [BlobPiece, BlobPiece][];
    for (const [first] of pieces) assembly.add(first);
    const [oldest, , newest] = pieces as [[BlobPiece, BlobPiece], unknown, [BlobPiece, BlobPiece]];
    expect(assembly.add(newest[1])).toEqual({ whole: blobs[2]?.content });
    expect(assembly.add(oldest[1])).toBeUndefined();
  });
});
