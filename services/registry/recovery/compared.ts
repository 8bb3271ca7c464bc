import type { RecordDocument, RecordRoom } from "../record.ts";
import { compareOwn } from "./compare-own.ts";
import type { RecordLists } from "./peer-lists.ts";

/** Where this node's records stand against what one peer has seen of them. */
export interface Compared {
  /** What the peer has seen and is not known here, in English; empty: nothing. */
  behind: string;
  /** What the peer has seen otherwise, in English; empty: nothing. A person decides, and nothing is held back until then. */
  forked: string;
  /** Records of this node that are older here than at the province, and that are others under the same change. */
  older: ReadonlySet<string>;
  others: ReadonlySet<string>;
  /** Counts for log, evidence and metrics. */
  counts: Record<string, number>;
  /** Some of what stands behind the counts, so that one line tells where to look. */
  examples: string[];
}

/** Examples of one comparison. */
export const EXAMPLES = 5;

/** At a node: its own records with those that the province keeps. Nothing is changed. */
export async function comparedWithProvince<D extends RecordDocument>(
  room: RecordRoom<D>,
  province: string,
  lists: RecordLists<D>,
): Promise<Compared> {
  const { listed, differences } = await compareOwn(room, lists);
  const behind = differences.filter(({ how }) => how === "behind").map(({ id }) => id);
  const forked = differences.filter(({ how }) => how === "forked").map(({ id }) => id);
  return {
    behind: behind.length > 0 ? `province ${province} keeps later changes of ${behind.length} registry records` : "",
    forked: forkedRecords(province, forked.length),
    older: new Set(behind),
    others: new Set(forked),
    counts: { listed, behind: behind.length, forks: forked.length },
    examples: [...behind, ...forked].slice(0, EXAMPLES),
  };
}

/** What is said of records that have two contents. */
export function forkedRecords(node: string, records: number): string {
  return records > 0 ? `${records} registry records have other contents under the same change at node ${node}` : "";
}
