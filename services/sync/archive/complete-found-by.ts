import { pause } from "../../base/pause.ts";
import type { Runtime } from "../../node/runtime.ts";
import { ARCHIVE, type ArchivedCertificate } from "./archived-certificate.ts";
import { foundBy } from "./found-by.ts";
import { createArchiveRows } from "./stored-record.ts";

/** Documents of one page. */
const PAGE = 200;
/** Pause between pages, so that calls come first. */
const REST_MS = 5;

/**
 * Completes records that were archived before staff looked for any: without their issuer beside them no search would find them. Ends when all is done, which counting
 * tells, or `signal` aborts; what others write meanwhile is left to them, and looked at again at the next start.
 */
export async function completeFoundBy(
  { store, log, setAside }: Pick<Runtime, "store" | "log" | "setAside">,
  signal: AbortSignal,
): Promise<void> {
  const archive = await store.collection<ArchivedCertificate>(ARCHIVE);
  const { records } = createArchiveRows(archive, setAside);
  const [complete, all] = await Promise.all([archive.count("issuer"), archive.count("bucket")]);
  if (complete >= all) return;
  let completed = 0;
  for (let after: string | undefined; !signal.aborted; await pause(REST_MS, signal, { ref: false })) {
    const page = { index: "bucket", limit: PAGE, ...(after !== undefined && { after }) };
    const { items, next } = await archive.query(page);
    const lacking = items.filter(({ issuer }) => issuer === undefined);
    for (const [document, record] of await records.pairs(lacking))
      if (await archive.replace({ ...document, ...foundBy(record) })) completed++;
    if (next === undefined) break;
    after = next;
  }
  log.info({ completed }, "archived certificates can be found by their issuer");
}
