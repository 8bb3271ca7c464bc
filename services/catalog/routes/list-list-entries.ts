import { ListEntryChoice, type ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { type ListEntry, shortForm } from "../../domain/obligatory-list.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { keeperOf } from "../lists/keeper.ts";
import { placeOf, tokenOf } from "../lists/list-place.ts";
import { entryView } from "../lists/list-view.ts";
import { type ListDocument, listId } from "../lists/stored.ts";

const PAGE_SIZE = 200;

/** 4.3.2: what the body of a division has put on its list, ended entries too. */
export function listListEntries({ lists, runtime }: CatalogContext): Handlers<typeof ListService>["listListEntries"] {
  return async ({ division: asked, choice, pageSize, pageToken }) => {
    const division = shortForm(asked);
    const { config } = runtime;
    const keeper = keeperOf(config, division) ?? config.node.code;
    const list = await lists.get(listId(keeper, division));
    if (!list) return { entries: [], nextPageToken: "", changes: 0n, changedAt: "" };
    const all = chosen(list, choice);
    const [given] = placeOf(pageToken, 1);
    const begin = given === undefined ? 0 : Number(given);
    if (!Number.isSafeInteger(begin) || begin < 0) throw foreignPageToken();
    const end = begin + (pageSize || PAGE_SIZE);
    return {
      entries: all.slice(begin, end).map(entryView),
      nextPageToken: end < all.length ? tokenOf([String(end)]) : "",
      changes: BigInt(list.changes),
      changedAt: list.changedAt,
    };
  };
}

function chosen({ division, entries }: ListDocument, choice: ListEntryChoice): readonly ListEntry[] {
  const isOwn = ({ target, levels }: ListEntry) => target === division && levels.length === 0;
  if (choice === ListEntryChoice.UNSPECIFIED) return entries;
  return entries.filter((entry) => isOwn(entry) === (choice === ListEntryChoice.OWN));
}
