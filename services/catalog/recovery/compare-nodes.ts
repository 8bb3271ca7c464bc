import { sha256Hex } from "../../domain/canonical.ts";
import { compareRecords } from "../../registry/recovery/compare-records.ts";
import { type Compared, EXAMPLES, forkedRecords } from "../../registry/recovery/compared.ts";
import type { CatalogContext } from "../context.ts";
import { compareVersions } from "./compare-versions.ts";
import type { NodeLists } from "./node-lists.ts";
import { ownRegister, saidBefore } from "./said-before.ts";

/** Compares this node's catalog with what a peer has of it. */
export type ComparePeer = (context: CatalogContext, node: string, lists: NodeLists) => Promise<Compared>;

function forkedText(node: string, records: number, versions: number): string {
  const told = versions > 0 ? `${versions} published versions have other contents at node ${node}` : "";
  return [forkedRecords(node, records), told].filter((text) => text !== "").join(", ");
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
