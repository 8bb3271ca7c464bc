import { expect, test } from "vitest";
import { sha256Hex } from "../../domain/canonical.ts";
import type { CatalogContext } from "../context.ts";
import { requireFile, storePart } from "./compare-import.ts";
import type { ImportDocument, PieceDocument } from "./import-record.ts";

test("parts of a file are stored packed, and those that were stored before that are read as they are", async () => {
  const stored = new Map<string, PieceDocument>();
  const pieces = {
    get: async (id: string) => stored.get(id),
    insert: async (piece: PieceDocument) => void stored.set(piece._id, piece),
  };
  const context = { matters: { pieces } } as unknown as CatalogContext;
  const [first, second] = [Buffer.from("事项编码,".repeat(1_000)), Buffer.from("事项名称")];
  await storePart(context, "I", 0, first);
  stored.set("I/part/1", { _id: "I/part/1", revision: 1, importId: "I", bytes: second.toString("base64") });
  expect(stored.get("I/part/0")?.bytes?.length).toBeLessThan(first.length / 10);
  const document = { _id: "I", parts: [{}, {}], sha256: sha256Hex(Buffer.concat([first, second])) };
  await requireFile(context, document as unknown as ImportDocument);
  await expect(requireFile(context, { ...document, sha256: "" } as unknown as ImportDocument)).rejects.toMatchObject({
    reason: "INVALID_FIELD",
  });
});
