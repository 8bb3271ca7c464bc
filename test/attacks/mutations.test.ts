import { afterAll, beforeAll, expect, test } from "vitest";
import type { VerificationReport } from "../../services/trust/verification/report.ts";
import { EXTENDED_AT, type LongTermScene, openLongTermScene } from "../document/long-term-scene.ts";
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
let years: LongTermScene;
let extended: Record<"B-LT" | "B-LTA", Buffer>;
let pool: Uint8Array[];

beforeAll(async () => {
  scene = await openScene();
  issued = scene.issue("2026000001");
  national = await openScene("SM2");
  sealed = national.issue("2026000001");
  years = await openLongTermScene();
  extended = {
    "B-LT": await years.extend(years.stamped, "B-LT"),
    "B-LTA": await years.extend(years.stamped, "B-LTA"),
  };
  pool = [issued.pdf, issued.messageBytes, issued.messageCms, issued.ofd, sealed.ofd, scene.issue("2026000002").pdf];
  pool.push(years.stamped, extended["B-LTA"]);
});
afterAll(() => {
  scene.close();
  national.close();
  years.close();
});

type Judge = (mutated: Uint8Array) => Promise<VerificationReport>;
type Subject = [name: string, seed: number, count: number, subject: () => Uint8Array, judge: Judge];

const inScene: Judge = (mutated) => scene.verify(mutated, { status: recordOf(issued) });
const byRootsAlone: Judge = (mutated) => years.verify(mutated, EXTENDED_AT);

const SUBJECTS: Subject[] = [
  ["PDF faces", 1, 1700, () => issued.pdf, inScene],
  ["small PDFs", 2, 1700, () => signedPdf(scene.department), inScene],
  ["PDF faces with a time stamp (B-T)", 7, 200, () => years.stamped, byRootsAlone],
  ["PDF faces with data for the long term (B-LT)", 8, 200, () => extended["B-LT"], byRootsAlone],
  ["PDF faces with a document time stamp (B-LTA)", 9, 200, () => extended["B-LTA"], byRootsAlone],
  ["OFD packages", 5, 2000, () => issued.ofd, inScene],
  [
    "sealed OFD packages",
    6,
    500,
    () => sealed.ofd,
    (mutated) => national.verify(mutated, { status: recordOf(sealed) }),
  ],
  [
    "data messages",
    3,
    1500,
    () => issued.messageBytes,
    (mutated) => scene.verify(mutated, { status: recordOf(issued), messageSignature: issued.messageCms }),
  ],
];

/** What a copy may come out as: one whose first octets are gone is no document any more. */
const REFUSED = ["invalid", "unsupported"];
/** Small PDFs bear nothing that is ours but the signer: a copy with an octet changed in the signer's certificate is somebody else's. */
const BEARS_NOTHING_OF_OURS = "small PDFs";

test.each(SUBJECTS)(
  "of mutated %s none passes, none throws, none takes long",
  async (name, seed, count, subject, judge) => {
    const refused = name === BEARS_NOTHING_OF_OURS ? [...REFUSED, "foreign"] : REFUSED;
    const original = Buffer.from(subject());
    // Else whatever refuses the original would refuse all copies, and nothing would be learnt of them.
    expect((await judge(original)).verdict).toMatch(/^(?:valid|undetermined)$/);
    const mutate = createMutator(seed, pool);
    const bound = limits();
    for (let index = 0; index < count; index++) {
      const mutated = mutate(original);
      const report = await bound(`file ${index} of seed ${seed}`, () => judge(mutated));
      if (!mutated.equals(original)) expect(refused, `file ${index} of seed ${seed}`).toContain(report.verdict);
    }
  },
);

test("of mutated CMS none passes, none throws, none takes long", async () => {
  const mutate = createMutator(4, pool);
  const bound = limits();
  for (let index = 0; index < 2000; index++) {
    const messageSignature = mutate(issued.messageCms);
    const report = await bound(`signature ${index}`, () => scene.verify(issued.messageBytes, { messageSignature }));
    if (!messageSignature.equals(issued.messageCms)) expect(REFUSED, `signature ${index}`).toContain(report.verdict);
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
