import { type HistorySource, historyOf } from "../../event/history.ts";
import type { CatalogContext } from "../context.ts";
import { listEvent } from "./publish.ts";

/** Lists that are in force here, of this node and of those that told it of theirs. */
export function listHistory({ lists }: CatalogContext): HistorySource {
  return historyOf(lists, "versions", (list) => ({ node: list.node, event: listEvent(list) }));
}
