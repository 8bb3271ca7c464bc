import { Refusal } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { foreignRecord } from "../registry/incoming-record.ts";
import type { ForeignRecord } from "../registry/registry.ts";
import { contentDigest, namedRecord } from "../registry/registry-record.ts";
import { type RegistryDocument, recordId } from "../stored/records.ts";
import type { ListedRecord, NodeLists } from "./node-lists.ts";

/** A record of this node that the province keeps, and that is older here, or another. */
export interface OwnDifference {
  /** `behind`: the province keeps a later change. `forked`: another content under the same change. */
  how: "behind" | "forked";
  id: string;
  kept: ForeignRecord;
  own: RegistryDocument | undefined;
}

/** What came of the comparison of this node's own records with those that the province keeps. */
export interface OwnComparison {
  listed: number;
  differences: OwnDifference[];
  /** Sentences about what the province lists and cannot be compared. */
  notices: string[];
}

/** Differences that are remembered; what lies beyond is found after these have been brought back. */
export const MOST_DIFFERENCES = 10_000;

/** Compares this node's own records with those that the province keeps of it. Throws `PEER_AWAY` where the province cannot be asked. */
export async function compareOwn(context: CatalogContext, lists: NodeLists): Promise<OwnComparison> {
  const node = context.runtime.config.node.code;
  const found: OwnComparison = { listed: 0, differences: [], notices: [] };

  async function compare({ record }: ListedRecord): Promise<void> {
    const named = namedRecord(record, node);
    const id = recordId(named.kind, node, named.key);
    // Read after the province was asked: an honest province has at most what is here. What cannot be read here was set aside.
    const own = await context.registry.get(id);
    const kept = foreignRecord(context, node, record, named);
    if (own && own.changes > kept.changes) return;
    if (own && own.changes === kept.changes && contentDigest(own) === contentDigest(kept)) return;
    const how = own?.changes === kept.changes ? "forked" : "behind";
    if (found.differences.length < MOST_DIFFERENCES) found.differences.push({ how, id, kept, own });
  }

  const refused = async () => {
    found.listed += 1;
    found.notices.push("the province keeps a record of this node that cannot be read");
  };
  for await (const page of lists.records(refused)) {
    for (const listed of page) {
      found.listed += 1;
      try {
        await compare(listed);
      } catch (error) {
        if (!(error instanceof Refusal) || error.retryAfterMs !== undefined) throw error;
        found.notices.push(`a record that the province keeps of this node cannot be compared: ${error.message}`);
      }
    }
  }
  return found;
}
