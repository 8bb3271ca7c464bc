import { type HistorySource, historyOf } from "../../event/history.ts";
import { isProvince } from "../../host/place.ts";
import { BY_NODE } from "../../registry/record.ts";
import type { CatalogContext } from "../context.ts";
import { RECORD_KINDS } from "../stored/records.ts";

/** Records of this node as their events tell them, at the province those of all nodes: kind by kind. */
export function registryHistory({ registry, terms, runtime }: CatalogContext): HistorySource[] {
  const own = runtime.config.node;
  return RECORD_KINDS.map((kind) =>
    historyOf(registry.of(kind), BY_NODE.name, (document) => {
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
    }),
  );
}
