import { parentPort } from "node:worker_threads";
import { Refusal } from "../domain/refusal.ts";
import { createFaceRenderer } from "./face.ts";
import type { RenderAnswer, RenderJob } from "./render-protocol.ts";

/*
 * Entry of a render worker thread: draws faces for `render-pool.ts`. The bytes change hands instead of being copied.
 */
const renderer = createFaceRenderer();

parentPort?.on("message", (job: RenderJob) => {
  const answer = render(job);
  const transfer = "pdf" in answer && answer.pdf !== undefined ? [answer.pdf.bytes.buffer as ArrayBuffer] : [];
  parentPort?.postMessage(answer, transfer);
});

function render({ id, templateJson, seal, order }: RenderJob): RenderAnswer {
  try {
    const face = renderer.compile(templateJson, seal);
    if (order === undefined) return { id, digest: face.digest };
    if (order.form === "ofd") return { id, digest: face.digest, ofd: face.prepareOfd(order.message, order.options) };
    const { bytes, byteRange, digest } =
      order.form === "pdf"
        ? face.preparePdf(order.message, order.files)
        : face.preparePreview(order.message, order.options);
    // Small buffers share a pool that must not be handed over; a copy owns its memory.
    const own = bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
    return { id, digest: face.digest, pdf: { bytes: own, byteRange, digest } };
  } catch (error) {
    if (!(error instanceof Refusal))
      return { id, failure: error instanceof Error ? (error.stack ?? "") : String(error) };
    const { reason, message: text, fields, metadata } = error;
    return { id, refusal: { reason, message: text, fields: [...fields], metadata: { ...metadata } } };
  }
}
