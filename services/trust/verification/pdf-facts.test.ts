import { expect, test } from "vitest";
import { pdfFacts } from "./pdf-facts.ts";
import type { PdfObject } from "./pdf-form.ts";

const signedAt = (written: string) => {
  const text = `<< /ByteRange [0 1 2 3] /M (${written}) >>`;
  const object = { number: 1, text, names: ["ByteRange", "M"] } as unknown as PdfObject;
  const objects = new Map([[1, object]]);
  return pdfFacts({ objects, trailer: object, trailerText: "", tableAt: 0 }).claimedTime?.toISOString();
};

test.each(["D:20261124101500+08'00'", "D:20261124101500+08'00", "D:20261124021500Z", "D:20261124101500"])(
  "a PDF that was signed at %s was signed at the same time on every host",
  (written) => {
    expect(signedAt(written)).toBe("2026-11-24T02:15:00.000Z");
  },
);

test.each(["D:20260231101500Z", "D:2026", "20261124101500Z"])("%s is no time of a PDF", (written) => {
  expect(signedAt(written)).toBeUndefined();
});
