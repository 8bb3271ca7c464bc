import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_DOCUMENT_BYTES } from "../../services/trust/verification/options.ts";
import { signedPdf } from "../trust/small-pdf.ts";
import { openScene, type Scene } from "./scene.ts";

/** What the issue sets for every input: two seconds and 256 MiB beyond the input itself. */
const MOST_MS = 2_000;
const MOST_BYTES = 256 << 20;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

/** As large as a document may be, filled with `unit` between head and tail. */
function filled(unit: string, head: Uint8Array = Buffer.from("%PDF-1.7\n"), tail = ""): Buffer {
  const room = MAX_DOCUMENT_BYTES - head.length - tail.length;
  return Buffer.concat([head, Buffer.alloc(room, unit, "latin1"), Buffer.from(tail, "latin1")]);
}

/** One object of that many words, under a table that fits. */
function wordy(): Buffer {
  const body = Buffer.concat([
    Buffer.from("%PDF-1.7\n1 0 obj\n"),
    Buffer.alloc(30 << 20, "/a "),
    Buffer.from("\nendobj\n"),
  ]);
  const rows = "0000000000 65535 f \n0000000009 00000 n \n";
  return Buffer.concat([
    body,
    Buffer.from(`xref\n0 2\n${rows}trailer\n<</Root 1 0 R>>\nstartxref\n${body.length}\n%%EOF\n`),
  ]);
}

const INPUTS: [string, () => Buffer][] = [
  ["white space", () => filled(" ")],
  ["byte ranges without numbers", () => filled("/ByteRange ")],
  ["byte ranges with numbers", () => filled("/ByteRange [0 1 2 3] ")],
  ["one gap of white space", () => filled(" ", Buffer.from("%PDF-1.7\n1 0 obj\n<</ByteRange [0 9 99 999] /Contents"))],
  ["comment marks", () => filled("% ")],
  ["opened strings", () => filled("(")],
  ["objects behind a signature", () => filled("1 0 obj\n<</Type /Page>>\nendobj\n", signedPdf(scene.department))],
  ["half objects behind a signature", () => filled("1 0 obj /Type ", signedPdf(scene.department))],
  ["words in one object", wordy],
  ["JSON without an end", () => filled('{"a":', Buffer.from("{"))],
  ["JSON of empty lists", () => Buffer.from(`{"a":[${"[],".repeat(340_000)}[]]}`)],
  ["JSON of empty objects", () => Buffer.from(`{"a":[${"{},".repeat(340_000)}{}]}`)],
  ["a ZIP that is all headers", () => filled("PK\u0001\u0002", Buffer.from("PK\u0003\u0004"))],
];

test.each(INPUTS)("%s, as much as may come, is refused within time and memory", async (_, make) => {
  const input = make();
  const before = process.memoryUsage().rss;
  const started = performance.now();
  const report = await scene.verify(input, { messageSignature: input.subarray(0, 300_000) });
  const took = performance.now() - started;
  expect(report.verdict).toBe("invalid");
  expect(took).toBeLessThan(MOST_MS);
  expect(process.memoryUsage().rss - before).toBeLessThan(MOST_BYTES);
});
