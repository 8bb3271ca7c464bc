import { isProvince } from "../../host/place.ts";
import { compareRecords } from "../../registry/recovery/compare-records.ts";
import { type Compared, comparedWithProvince, forkedRecords } from "../../registry/recovery/compared.ts";
import type { CatalogContext } from "../context.ts";
import type { ComparePeer } from "./compare-nodes.ts";
import { delegationLists } from "./delegation-lists.ts";

/** Compares delegations with what a peer has of them beside all else of the catalog, as one. */
export function withDelegations(compare: ComparePeer): ComparePeer {
  return async (context, node, lists) => {
    const catalog = await compare(context, node, lists);
    const delegations = await compareDelegations(context, node);
    const both = (text: "behind" | "forked") =>
      [catalog[text], delegations[text]].filter((one) => one !== "").join(", ");
    const counts = { ...catalog.counts };
    for (const [name, count] of Object.entries(delegations.counts)) counts[name] = (counts[name] ?? 0) + count;
    return {
      ...{ behind: both("behind"), forked: both("forked"), counts },
      older: new Set([...catalog.older, ...delegations.older]),
      others: new Set([...catalog.others, ...delegations.others]),
      examples: [...catalog.examples, ...delegations.examples],
    };
  };
}

/** At the province what a node has newer is taken over. */
async function compareDelegations({ delegations, runtime }: CatalogContext, node: string): Promise<Compared> {
  const lists = delegationLists(delegations, node);
  if (!isProvince(runtime.config.node)) return comparedWithProvince(delegations, node, lists);
  const { listed, restored, failed, forks, ahead } = await compareRecords(delegations, node, lists, false);
  return {
    ...{ behind: "", forked: forkedRecords(node, forks), older: new Set(), others: new Set() },
    counts: { listed, taken: restored, refused: failed, forks, ahead: ahead.length },
    examples: [...ahead],
  };
}
