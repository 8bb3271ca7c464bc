import { ownBytes, serveJobs } from "../../base/serve-jobs.ts";
import { loadFonts } from "../../document/font/library.ts";
import { reportPdf } from "../../document/report/report-pdf.ts";
import type { BulletinContent } from "./bulletin-content.ts";
import { bulletinReport } from "./bulletin-report.ts";
import { bulletinWorkbook } from "./bulletin-workbook.ts";
import { drawable } from "./drawable.ts";

/** Both files of a bulletin. */
export interface DrawnBulletin {
  pdf: Uint8Array;
  xlsx: Uint8Array;
}

/* Entry of the thread that draws bulletins: seconds of work for a whole province. */

serveJobs<BulletinContent, DrawnBulletin>(async (content) => ({
  pdf: ownBytes(await reportPdf(bulletinReport(drawable(content, loadFonts())), loadFonts())),
  xlsx: ownBytes(await bulletinWorkbook(content)),
}));
