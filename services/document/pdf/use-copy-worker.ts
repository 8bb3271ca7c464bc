import { workerData } from "node:worker_threads";
import { ownBytes, serveJobs } from "../../base/serve-jobs.ts";
import type { FontFile } from "../font/font-file.ts";
import { loadFonts } from "../font/library.ts";
import { useCopyPdf } from "./use-copy.ts";
import type { CopyAnswer, CopyJob } from "./use-copy-protocol.ts";

/* Entry of the thread that makes copies for `use-copy-desk.ts`. */

const { fonts } = workerData as { fonts?: readonly FontFile[] };

serveJobs<CopyJob, CopyAnswer>(
  async ({ original, note }) => ({ pdf: ownBytes(await useCopyPdf(original, note, loadFonts(fonts))) }),
  ({ pdf }) => [pdf.buffer],
);
