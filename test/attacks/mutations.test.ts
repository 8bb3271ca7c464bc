import { afterAll, beforeAll, expect, test } from "vitest";
import { signedPdf } from "../trust/small-pdf.ts";
import { createMutator } from "./mutate.ts";
import { type Issued, openScene, recordOf, type Scene } from "./scene.ts";

/** What the issue sets for every file, whatever it holds. */
const MOST_MS = 2_000;
const MOST_BYTES = 256 << 20;

let scene: Scene;
let national: Scene;
let issued: Issued;
let sealed: Issued;
let pool: Uint8Array[];

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
  national = await openScene("SM2");
  sealed = national.issue("2026000001");
  pool = [issued.pdf, issued.messageBytes, issued.messageCms, issued.ofd, sealed.ofd, scene.issue("2026000002").pdf];
});
afterAll(() => {
  scene.close();
  national.close();
});

type Subject = [name: string, seed: number, count: number, subject: () => Uint8Array, sibling?: () => object];

const SUBJECTS: Subject[] = [
  ["PDF faces", 1, 2500, () => issued.pdf],
  ["small PDFs", 2, 1500, () => signedPdf(scene.department)],
  ["OFD packages", 5, 2000, () => issued.ofd],
  ["sealed OFD packages", 6, 500, () => sealed.ofd],
  ["data messages", 3, 1500, () => issued.messageBytes, () => ({ messageSignature: issued.messageCms })],
];

test.each(SUBJECTS)(
  "of mutated %s none passes, none throws, none takes long",
  async (_, seed, count, subject, extra) => {
    const original = Buffer.from(subject());
    const mutate = createMutator(seed, pool);
    const bound = limits();
    for (let index = 0; index < count; index++) {
      const mutated = mutate(original);
      const report = await bound(`file ${index} of seed ${seed}`, () =>
        (original.equals(sealed.ofd) ? national : scene).verify(mutated, { status: recordOf(issued), ...extra?.() }),
      );
      if (!mutated.equals(original)) expect(report.verdict, `file ${index} of seed ${seed}`).toBe("invalid");
    }
  },
);

test("of mutated CMS none passes, none throws, none takes long", async () => {
  const mutate = createMutator(4, pool);
  const bound = limits();
  for (let index = 0; index < 2000; index++) {
    const messageSignature = mutate(issued.messageCms);
    const report = await bound(`signature ${index}`, () => scene.verify(issued.messageBytes, { messageSignature }));
    if (!messageSignature.equals(issued.messageCms)) expect(report.verdict, `signature ${index}`).toBe("invalid");
  }
});

/** Runs one verification after the other and holds each to time and memory. */
function limits() {
  const before = process.memoryUsage().rss;
  return async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    const started = performance.now();
    const result = await run();
    expect(performance.now() - started, `${what}: milliseconds`).toBeLessThan(MOST_MS);
    expect(process.memoryUsage().rss - before, `${what}: bytes of memory`).toBeLessThan(MOST_BYTES);
    return result;
  };
}
