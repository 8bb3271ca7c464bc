import { pause } from "../../base/pause.ts";
import type { Runtime } from "../../node/runtime.ts";
import { messageOf } from "./certificate.ts";
import { foundBy } from "./found-by.ts";
import type { CertificateRepository } from "./repository.ts";

/** Documents of one page. */
const PAGE = 200;
/** Pause between pages, so that calls come first. */
const REST_MS = 5;

/**
 * Completes certificates that were stored before staff saw any, or looked for any: without their issuer beside them, and what they bear, no list of staff would find them. Ends when all is
 * done, which counting tells, or `signal` aborts; what others write meanwhile is left to them, and looked at again at the next start.
 */
export async function completePlaces(
  { collection }: Pick<CertificateRepository, "collection">,
  { log }: Pick<Runtime, "log">,
  signal: AbortSignal,
): Promise<void> {
  const [complete, all] = await Promise.all([collection.count("found"), collection.count("app")]);
  if (complete >= all) return;
  let completed = 0;
  for (let after: string | undefined; !signal.aborted; await pause(REST_MS, signal, { ref: false })) {
    const { items, next } = await collection.query({
      index: "app",
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    for (const document of items) {
      if (document.foundBy !== undefined) continue;
      if (await collection.replace({ ...document, ...foundBy(messageOf(document), document.businessSerial) }))
        completed++;
    }
    if (next === undefined) break;
    after = next;
  }
  log.info({ completed }, "certificates can be found by their issuer and what they bear");
}
