import type { Client } from "@connectrpc/connect";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import { carryOutWhatIsLeft } from "./publish.ts";
import { takeNewer } from "./take-newer.ts";

/** Lists travel as events; this often a node looks for itself whether it lacks one, and sooner while the province cannot be asked. */
const LOOK_EVERY_MS = 10 * 60_000;
const TRY_AGAIN_MS = 5_000;
/** This often changes are looked for whose process ended before they were carried out. */
const FINISH_EVERY_MS = 20_000;
/** Lists of a page. */
const LISTS = 100;

/** Carries out what other processes left behind, until the process stops. */
export async function finishListChanges(context: CatalogContext, ended: AbortSignal): Promise<void> {
  const { runtime } = context;
  while (!ended.aborted) {
    await pause(FINISH_EVERY_MS, ended, { ref: false });
    if (ended.aborted) return;
    await carryOutWhatIsLeft(context).catch((error: unknown) => {
      runtime.log.debug({ error: String(error) }, "changes of obligatory lists cannot be looked through now");
    });
  }
}

/**
 * Asks the province for its list, at the start and then now and then, until the process stops: a node that joins later, or lost its store, has missed
 * events that nobody will send again. Of its own lists it takes back what the province has of later changes: then this is an older copy.
 */
export async function followLists(context: CatalogContext, ended: AbortSignal): Promise<void> {
  const { runtime } = context;
  const province = runtime.config.peers.find((peer) => isProvince(peer) && peer.services.catalog);
  if (!province) return;
  const lists = runtime.client(ListService, { peer: province.node });
  while (!ended.aborted) {
    const done = await lookOnce(context, lists, province.node).catch((error: unknown) => {
      runtime.log.debug({ error: String(error) }, "the province's obligatory lists cannot be asked for now");
      return false;
    });
    await pause(done ? LOOK_EVERY_MS : TRY_AGAIN_MS, ended, { ref: false });
  }
}

async function lookOnce(
  context: CatalogContext,
  lists: Client<typeof ListService>,
  province: string,
): Promise<boolean> {
  for (let pageToken = ""; ; ) {
    const page = await lists.listKeptLists({ pageSize: LISTS, pageToken });
    for (const told of page.lists) {
      // One that is refused was set aside, and keeps no other from coming.
      await takeNewer(context, { lists, peer: province, told, dryRun: false }).catch((error: unknown) => {
        if (!(error instanceof Refusal) || error.retryAfterMs !== undefined) throw error;
      });
    }
    if (page.nextPageToken === "") return true;
    pageToken = page.nextPageToken;
  }
}
