import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { type EffectiveEntry, shortForm } from "../../domain/obligatory-list.ts";
import { requireDay } from "../../registry/codes.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedAmong } from "../../store/ordered-page.ts";
import type { Page } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { itemNames } from "../items/item-names.ts";
import { placeOf, tokenOf } from "../lists/list-place.ts";
import { effectiveView } from "../lists/list-view.ts";

const PAGE_SIZE = 200;

/** 3.6, 4.1.2: the effective list of a division on a day. A page goes on behind the item of its token, also where the list was changed meanwhile. */
export function getEffectiveList(context: CatalogContext): Handlers<typeof ListService>["getEffectiveList"] {
  return async ({ division, day: asked, pageSize, pageToken, search, orderBy }) => {
    const day = asked || shanghaiDay(context.runtime.now());
    requireDay("day", day);
    const all = await context.listSource.effective(shortForm(division), day);
    const isPlain = search === "" && !orderBy.endsWith("name");
    const names = isPlain ? new Map<string, string>() : await itemNames(context);
    const nameOf = ({ itemCode }: EffectiveEntry) => names.get(itemCode) ?? itemCode;
    const found = all.filter((one) => holdsPart(search, [one.itemCode, nameOf(one)]));
    const limit = pageSize || PAGE_SIZE;
    const keys = { item_code: codeOf, name: nameOf };
    const page = orderedAmong(found, { limit, after: pageToken }, { orderBy, keys, idOf: codeOf }, () =>
      byCode(found, limit, pageToken),
    );
    return { entries: page.items.map(effectiveView), nextPageToken: page.next ?? "", day, count: all.length };
  };
}

const codeOf = ({ itemCode }: EffectiveEntry) => itemCode;

function byCode(all: readonly EffectiveEntry[], limit: number, pageToken: string): Page<EffectiveEntry> {
  const [after = ""] = placeOf(pageToken, 1);
  const begin = after === "" ? 0 : all.findIndex(({ itemCode }) => itemCode > after);
  const rest = begin < 0 ? [] : all.slice(begin);
  const items = rest.slice(0, limit);
  return { items, ...(items.length < rest.length && { next: tokenOf([items.at(-1)?.itemCode ?? ""]) }) };
}
