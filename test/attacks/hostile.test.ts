import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_DOCUMENT_BYTES } from "../../services/trust/verification/options.ts";
import { signedPdf } from "../trust/small-pdf.ts";
import { hostileInputs } from "./hostile-inputs.ts";
import { openScene, type Scene } from "./scene.ts";

/** What the issue sets for every input: two seconds and 256 MiB beyond the input itself. */
const MOST_MS = 2_000;
const MOST_BYTES = 256 << 20;

let scene: Scene;
beforeAll(async () => {
  scene = await openScene();
});
afterAll(() => scene.close());

test.each(hostileInputs(MAX_DOCUMENT_BYTES, () => signedPdf(scene.department)))(
  "%s, as much as may come, is refused within time and memory",
  async (_, make) => {
    const input = make();
    const before = process.memoryUsage().rss;
    const started = performance.now();
    const report = await scene.verify(input, { messageSignature: input.subarray(0, 300_000) });
    const took = performance.now() - started;
    expect(["invalid", "unsupported"]).toContain(report.verdict);
    expect(took).toBeLessThan(MOST_MS);
    expect(process.memoryUsage().rss - before).toBeLessThan(MOST_BYTES);
  },
);
