import { type HistorySource, historyOf } from "../../event/history.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";

/** Records of this node as their events tell them, at the province those of all nodes. */
export function registryHistory({ registry, terms, runtime }: CatalogContext): HistorySource {
  const own = runtime.config.node;
  return historyOf(registry, "records", (document) => {
    const { _id: aggregateId, node, changes, changedAt } = document;
    if (node !== own.code && !isProvince(own)) return undefined;
    const occurredAt = changedAt ?? runtime.now().toISOString();
    const event = {
      key: `${aggregateId}:${changes}`,
      ...terms.told,
      aggregateId,
      revision: BigInt(changes),
      occurredAt,
    };
    return { node, event: { ...event, payload: terms.encoded(document) } };
  });
}
