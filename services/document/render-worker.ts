import { workerData } from "node:worker_threads";
import { ownBytes, serveJobs } from "../threads/serve-jobs.ts";
import { createFaceRenderer, type FaceRendererOptions } from "./face.ts";
import type { RenderAnswer, RenderJob } from "./render-protocol.ts";

/* Entry of a render worker thread: draws faces for `render-pool.ts`. */

const renderer = createFaceRenderer(workerData as FaceRendererOptions);

serveJobs<RenderJob, RenderAnswer>(render, ({ pdf }) => (pdf === undefined ? [] : [pdf.bytes.buffer as ArrayBuffer]));

function render({ templateJson, seal, order }: RenderJob): RenderAnswer {
  const face = renderer.compile(templateJson, seal);
  if (order === undefined) return { digest: face.digest };
  if (order.form === "ofd") return { digest: face.digest, ofd: face.prepareOfd(order.message, order.options) };
  const { bytes, byteRange, digest } =
    order.form === "pdf"
      ? face.preparePdf(order.message, order.files)
      : face.preparePreview(order.message, order.options);
  return { digest: face.digest, pdf: { bytes: ownBytes(bytes), byteRange, digest } };
}
