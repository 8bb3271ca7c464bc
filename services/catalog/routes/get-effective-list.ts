import type { ListService } from "../../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { shortForm } from "../../domain/obligatory-list.ts";
import { requireDay } from "../../registry/codes.ts";
import type { CatalogContext } from "../context.ts";
import { placeOf, tokenOf } from "../lists/list-place.ts";
import { effectiveView } from "../lists/list-view.ts";

const PAGE_SIZE = 200;

/** 3.6, 4.1.2: the effective list of a division on a day. A page goes on behind the item of its token, also where the list was changed meanwhile. */
export function getEffectiveList(context: CatalogContext): Handlers<typeof ListService>["getEffectiveList"] {
  return async ({ division, day: asked, pageSize, pageToken }) => {
    const day = asked || shanghaiDay(context.runtime.now());
    requireDay("day", day);
    const all = await context.listSource.effective(shortForm(division), day);
    const [after = ""] = placeOf(pageToken, 1);
    const begin = after === "" ? 0 : all.findIndex(({ itemCode }) => itemCode > after);
    const rest = begin < 0 ? [] : all.slice(begin);
    const entries = rest.slice(0, pageSize || PAGE_SIZE);
    const more = entries.length < rest.length ? tokenOf([entries.at(-1)?.itemCode ?? ""]) : "";
    return { entries: entries.map(effectiveView), nextPageToken: more, day, count: all.length };
  };
}
