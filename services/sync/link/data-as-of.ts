import type { SyncContext } from "../context.ts";

/**
 * As of when this archive holds what a node has told (数据截至): the last time that an event of it was applied with none missing before it, or that both archives were
 * found equal since this process began. RFC 3339; empty: not known. Nothing is said of what the node did since.
 */
export function dataAsOf({ links, compare }: Pick<SyncContext, "links" | "compare">, node: string): string {
  const incoming = links.find(({ peer }) => peer.node === node)?.incoming;
  const compared = compare?.last(node);
  const applied = incoming && !incoming.open ? incoming.appliedAt : "";
  const equal = compared?.equal ? compared.at.toISOString() : "";
  return [applied, equal].sort().at(-1) ?? "";
}
