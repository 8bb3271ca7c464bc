import { create } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import { type ObligatoryList, ObligatoryListSchema } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { inListOrder } from "../../domain/obligatory-list.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { isListSignedBy } from "./list-signature.ts";
import { entriesIn } from "./list-view.ts";
import { listId } from "./stored.ts";
import { signatureIn, takeListFrom } from "./take-over-list.ts";

/** Entries of a page. */
const ENTRIES = 1_000;

/** A list that another node has, and how it is asked for. */
export interface ToldList {
  lists: Client<typeof ListService>;
  peer: string;
  /** As `ListKeptLists` tells it, without its entries. */
  told: ObligatoryList;
  /** Only looks. */
  dryRun: boolean;
}

/**
 * Takes a list of another node's, or takes one of this node back, where a peer has later changes of it than are here; resolves to whether it
 * has. What is this node's own is taken back from the province, and at the province from whoever has it as the province signed it (else
 * `SIGNATURE_INVALID`), for this is then an older copy. Throws what the peer or the rules of lists refuse.
 */
export async function takeNewer(context: CatalogContext, { lists, peer, told, dryRun }: ToldList): Promise<boolean> {
  const { runtime } = context;
  const { code } = runtime.config.node;
  const known = await context.lists.get(listId(told.node, told.division));
  const isNewer = !known || BigInt(known.changes) < told.changes;
  const { signature } = signatureIn(told);
  const isSignedAnew = known && BigInt(known.changes) === told.changes && signature !== undefined;
  if (!isNewer && (told.node === code || !isSignedAnew || known.signature === signature)) return false;
  const list = await wholeList(lists, told);
  // It was changed meanwhile: its event comes.
  if (!list) return false;
  if (told.node !== code) {
    if (!dryRun) await takeListFrom(context, peer, list);
    return isNewer;
  }
  if (isProvince(runtime.config.node) && !isListSignedBy(runtime, code, list)) {
    const message = `the list of division ${list.division}, change ${list.changes}, at node ${peer} is not signed by this one`;
    throw new Refusal("SIGNATURE_INVALID", message, { metadata: { node: peer, division: list.division } });
  }
  if (!dryRun) await takeBack(context, list);
  return true;
}

/** A list whose pages are of one reading; `undefined` where it is another one by now. */
async function wholeList(lists: Client<typeof ListService>, told: ObligatoryList): Promise<ObligatoryList | undefined> {
  const { node, division, changes, changedAt, signature } = told;
  const list = create(ObligatoryListSchema, { node, division, changes, changedAt, signature });
  for (let pageToken = ""; ; ) {
    const page = await lists.listListEntries({ division, pageSize: ENTRIES, pageToken });
    if (page.changes !== changes) return undefined;
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
    const entries = inListOrder(entriesIn(list));
    return { _id: id, revision: 1, node, division, changes, changedAt, entries, ...signatureIn(list) };
  });
  listSource.forget(id);
}
