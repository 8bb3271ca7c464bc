import { workerData } from "node:worker_threads";
import { ownBytes, serveJobs } from "../base/serve-jobs.ts";
import { type CompiledFace, createFaceRenderer, type FaceRendererOptions } from "./face.ts";
import { loadFonts } from "./font/library.ts";
import type { PreparedOfd } from "./ofd/prepared-ofd.ts";
import { parseTemplate, prepareParsing } from "./parse-template.ts";
import type { PreparedPdf } from "./prepared-pdf.ts";
import type { OfdOrder, RenderAnswer, RenderJob } from "./render-protocol.ts";
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
  if (order.form === "ofd") return { digest: face.digest, ofd: ofdOf(face, order) };
  if (order.form === "preview")
    return { digest: face.digest, pdf: owned(face.preparePreview(order.message, order.options)) };
  if (order.form === "pdf") return { digest: face.digest, pdf: owned(face.preparePdf(order.message, order.files)) };
  // One after the other: what both need, the second finds made.
  const pdf = owned(face.preparePdf(order.message, order.options?.files));
  return { digest: face.digest, pdf, ofd: ofdOf(face, order) };
}

/** Fonts are most of a package, and the same in all: once they are there, they need not be copied from thread to thread. */
function ofdOf(face: CompiledFace, { message, options, hasShared }: OfdOrder): PreparedOfd {
  const ofd = face.prepareOfd(message, options);
  return hasShared ? { ...ofd, files: ofd.files.slice(ofd.shared) } : ofd;
}

function owned({ bytes, byteRange, digest }: PreparedPdf): PreparedPdf {
  return { bytes: ownBytes(bytes), byteRange, digest };
}
