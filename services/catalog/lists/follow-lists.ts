import { create } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { type ObligatoryList, ObligatoryListSchema } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { pause } from "../../base/pause.ts";
import { inListOrder } from "../../domain/obligatory-list.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { entriesIn } from "./list-view.ts";
import { carryOutWhatIsLeft } from "./publish.ts";
import { listId } from "./stored.ts";
import { takeListFrom } from "./take-over-list.ts";

/** Lists travel as events; this often a node looks for itself whether it lacks one, and sooner while the province cannot be asked. */
const LOOK_EVERY_MS = 10 * 60_000;
const TRY_AGAIN_MS = 5_000;
/** This often changes are looked for whose process ended before they were carried out. */
const FINISH_EVERY_MS = 20_000;
/** Elements of a page, of lists and of entries. */
const LISTS = 100;
const ENTRIES = 1_000;

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
    for (const told of page.lists) await lookAt(context, lists, province, told);
    if (page.nextPageToken === "") return true;
    pageToken = page.nextPageToken;
  }
}

async function lookAt(
  context: CatalogContext,
  lists: Client<typeof ListService>,
  province: string,
  { node, division, changes }: ObligatoryList,
): Promise<void> {
  const known = await context.lists.get(listId(node, division));
  if (known && BigInt(known.changes) >= changes) return;
  const list = await wholeList(lists, node, division);
  if (!list) return;
  if (node === context.runtime.config.node.code) return takeBack(context, list);
  // One that is refused was set aside, and keeps no other from coming.
  await takeListFrom(context, province, list).catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
  });
}

/** A list whose pages are of one reading; `undefined` where it was changed meanwhile: its event comes. */
async function wholeList(
  lists: Client<typeof ListService>,
  node: string,
  division: string,
): Promise<ObligatoryList | undefined> {
  const list = create(ObligatoryListSchema, { node, division });
  for (let pageToken = ""; ; ) {
    const page = await lists.listListEntries({ division, pageSize: ENTRIES, pageToken });
    if (pageToken === "") Object.assign(list, { changes: page.changes, changedAt: page.changedAt });
    if (page.changes !== list.changes) return undefined;
    list.entries.push(...page.entries);
    if (page.nextPageToken === "") return list;
    pageToken = page.nextPageToken;
  }
}

async function takeBack({ lists, listSource, runtime }: CatalogContext, list: ObligatoryList): Promise<void> {
  const { node, division, changedAt } = list;
  const id = listId(node, division);
  const changes = Number(list.changes);
  await changeStored(lists, id, async (old) => {
    if (old && old.changes >= changes) return old;
    await runtime.evidence.append("list-taken-back", { division, changes, entries: list.entries.length });
    return { _id: id, revision: 1, node, division, changes, changedAt, entries: inListOrder(entriesIn(list)) };
  });
  listSource.forget(id);
}
