import { workerData } from "node:worker_threads";
import { ownBytes, serveJobs } from "../base/serve-jobs.ts";
import { createFaceRenderer, type FaceRendererOptions } from "./face.ts";
import { loadFonts } from "./font/library.ts";
import { parseTemplate, prepareParsing } from "./parse-template.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { RenderAnswer, RenderJob } from "./render-protocol.ts";
import { roomFaults } from "./room/face-room.ts";

/* Entry of a render worker thread: draws faces for `render-pool.ts`. */

const options = workerData as FaceRendererOptions;
const renderer = createFaceRenderer(options);
// Whatever comes first needs these, and the thread may have been started before it comes.
prepareParsing();
loadFonts(options.fonts);

serveJobs<RenderJob, RenderAnswer>(render, ({ pdf }) => (pdf === undefined ? [] : [pdf.bytes.buffer as ArrayBuffer]));

function render(job: RenderJob): RenderAnswer {
  const { templateJson } = job;
  if (job.room)
    return { digest: "", faults: roomFaults(parseTemplate(templateJson), job.room, loadFonts(options.fonts)) };
  const { seal, order } = job;
  const face = renderer.compile(templateJson, seal);
  if (order === undefined) return { digest: face.digest };
  if (order.form === "ofd") return { digest: face.digest, ofd: face.prepareOfd(order.message, order.options) };
  if (order.form === "preview")
    return { digest: face.digest, pdf: owned(face.preparePreview(order.message, order.options)) };
  if (order.form === "pdf") return { digest: face.digest, pdf: owned(face.preparePdf(order.message, order.files)) };
  // One after the other: what both need, the second finds made.
  const pdf = owned(face.preparePdf(order.message, order.options?.files));
  return { digest: face.digest, pdf, ofd: face.prepareOfd(order.message, order.options) };
}

function owned({ bytes, byteRange, digest }: PreparedPdf): PreparedPdf {
  return { bytes: ownBytes(bytes), byteRange, digest };
}
