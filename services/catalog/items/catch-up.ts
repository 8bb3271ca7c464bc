import type { Client } from "@connectrpc/connect";
import { CatalogService } from "../../../proto/gen/ecert/catalog/v1/catalog_service_pb.ts";
import { pause } from "../../base/pause.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import { isRefused, takeOverItem } from "./take-over.ts";

/** Published items travel as events; this often a node looks for itself whether it lacks one. */
const LOOK_EVERY_MS = 10 * 60_000;
/** Pause before the register of issuers is asked for first, and between two times. */
const FIRST_MS = 500;
const KEEP_EVERY_MS = 60_000;
/** While the province cannot be asked. */
const TRY_AGAIN_MS = 5_000;

/**
 * Asks the province for what it published (5.7.3), at the start and then now and then, until the process stops: a node
 * that joins later, or lost its store, has missed events that nobody will send again.
 */
export async function startCatchUp(context: CatalogContext): Promise<void> {
  const { runtime } = context;
  const province = runtime.config.peers.find((peer) => isProvince(peer) && peer.services.catalog);
  if (!province) return;
  const catalog = runtime.client(CatalogService, { peer: province.node });
  while (!runtime.signal.aborted) {
    const done = await catchUp(context, catalog, province.node).catch((error: unknown) => {
      runtime.log.debug({ error: String(error) }, "the province's catalog cannot be asked now");
      return false;
    });
    const wait = done ? LOOK_EVERY_MS : TRY_AGAIN_MS;
    await pause(wait, runtime.signal, { ref: false });
  }
}

/**
 * Asks the province each minute whether it has said anything new of who issues what, until the process stops: what it has said is kept here
 * (`judgement/kept-register.ts`), so that a province which was started from an older copy gets back all but its last minute.
 */
export async function keepRegister({ runtime, register }: CatalogContext): Promise<void> {
  if (isProvince(runtime.config.node) || !register.expected) return;
  let asked = (await register.kept())?.asOf;
  let wait = FIRST_MS;
  while (!runtime.signal.aborted) {
    await pause(wait, runtime.signal, { ref: false });
    if (runtime.signal.aborted) return;
    const asOf = (await register.anew())?.asOf;
    // The province may be away: it is asked less and less often until it answers.
    wait = asOf === asked ? Math.min(2 * wait, KEEP_EVERY_MS) : KEEP_EVERY_MS;
    asked = asOf;
  }
}

async function catchUp(
  context: CatalogContext,
  catalog: Client<typeof CatalogService>,
  province: string,
): Promise<boolean> {
  let pageToken = "";
  do {
    const page = await catalog.listCatalogItems({ pageSize: 100, pageToken });
    for (const item of page.items) {
      try {
        await takeOverItem(context, item, province);
      } catch (error) {
        // One that is refused was set aside, and keeps no other from coming.
        if (!isRefused(error)) throw error;
      }
    }
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
  return true;
}
