import { sha256Hex } from "../../domain/canonical.ts";
import type { CatalogContext } from "../context.ts";
import { compareOwn } from "./compare-own.ts";
import { compareRecords } from "./compare-records.ts";
import { compareVersions } from "./compare-versions.ts";
import type { NodeLists } from "./node-lists.ts";
import { ownRegister, saidBefore } from "./said-before.ts";

/** Where this node's catalog stands against what one peer has seen of it. */
export interface Compared {
  /** What the peer has seen and is not known here, in English; empty: nothing. */
  behind: string;
  /** What the peer has seen otherwise, in English; empty: nothing. A person decides, and nothing is held back until then. */
  forked: string;
  /** Registry records of this node that are older here than at the province, and that are others under the same change. */
  older: ReadonlySet<string>;
  others: ReadonlySet<string>;
  /** Counts for log, evidence and metrics. */
  counts: Record<string, number>;
  /** Some of what stands behind the counts, so that one line tells where to look. */
  examples: string[];
}

/** Compares this node's catalog with what a peer has of it. */
export type ComparePeer = (context: CatalogContext, node: string, lists: NodeLists) => Promise<Compared>;

const EXAMPLES = 5;

/** At a node: its own records with those that the province keeps. Nothing is changed. */
export const compareWithProvince: ComparePeer = async (context, node, lists) => {
  const { listed, differences } = await compareOwn(context, lists);
  const behind = differences.filter(({ how }) => how === "behind").map(({ id }) => id);
  const forked = differences.filter(({ how }) => how === "forked").map(({ id }) => id);
  return {
    behind: behind.length > 0 ? `province ${node} keeps later changes of ${behind.length} registry records` : "",
    forked: forkedText(node, forked.length, 0),
    older: new Set(behind),
    others: new Set(forked),
    counts: { listed, behind: behind.length, forks: forked.length },
    examples: [...behind, ...forked].slice(0, EXAMPLES),
  };
};

function forkedText(node: string, records: number, versions: number): string {
  const texts = [
    ...(records > 0 ? [`${records} registry records have other contents under the same change at node ${node}`] : []),
    ...(versions > 0 ? [`${versions} published versions have other contents at node ${node}`] : []),
  ];
  return texts.join(", ");
}

/** At the province: takes over what a node's registry has newer, and looks for what the province has said and does not know any more. */
export function compareWithNodes(): ComparePeer {
  /** Registers that said nothing new: nodes keep the same one, and what is known here only grows. */
  let known = "";

  async function lostOf(context: CatalogContext, bytes: Uint8Array): Promise<string[]> {
    const digest = sha256Hex(bytes);
    if (digest === known) return [];
    const content = await ownRegister(context, bytes);
    if (!content) return [];
    const { bodies, rights } = await saidBefore(context, content);
    if (bodies.length + rights.length === 0) known = digest;
    return [...bodies.map(({ code }) => `department ${code}`), ...rights.map(({ key }) => `right ${key}`)];
  }

  return async (context, node, lists) => {
    const records = await compareRecords(context, node, lists, false);
    const versions = await compareVersions(context, node, lists);
    const lost = await lostOf(context, await lists.register());
    const lacks = versions.lacks.map(({ code, version }) => `${code}/${version}`);
    const texts = [
      ...(lacks.length > 0 ? [`node ${node} has ${lacks.length} versions that this province published`] : []),
      ...(lost.length > 0 ? [`node ${node} has a register of issuers that says ${lost.length} things more`] : []),
    ];
    return {
      behind: texts.join(", "),
      forked: forkedText(node, records.forks, versions.forks.length),
      older: new Set(),
      others: new Set(),
      counts: {
        listed: records.listed,
        taken: records.restored,
        refused: records.failed,
        forks: records.forks,
        ahead: records.ahead.length,
        versions: versions.listed,
        versionForks: versions.forks.length,
        unsigned: versions.unsigned.length,
        lacks: lacks.length + lost.length,
      },
      examples: [...records.ahead, ...versions.forks, ...versions.unsigned, ...lacks, ...lost].slice(0, EXAMPLES),
    };
  };
}
