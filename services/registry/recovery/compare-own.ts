import { Refusal } from "../../domain/refusal.ts";
import { contentDigest } from "../content-digest.ts";
import type { RecordDocument, RecordRoom, SentRecord } from "../record.ts";
import type { ListedRecord, RecordLists } from "./peer-lists.ts";

/** A record of this node that the province keeps, and that is older here, or another. */
export interface OwnDifference<D extends RecordDocument> {
  /** `behind`: the province keeps a later change. `forked`: another content under the same change. */
  how: "behind" | "forked";
  id: string;
  kept: SentRecord<D>;
  own: D | undefined;
}

/** What came of the comparison of this node's own records with those that the province keeps. */
export interface OwnComparison<D extends RecordDocument> {
  listed: number;
  differences: OwnDifference<D>[];
  /** Sentences about what the province lists and cannot be compared. */
  notices: string[];
}

/** Differences that are remembered; what lies beyond is found after these have been brought back. */
export const MOST_DIFFERENCES = 10_000;

/** Compares this node's own records with those that the province keeps of it. Throws `PEER_AWAY` where the province cannot be asked. */
export async function compareOwn<D extends RecordDocument>(
  room: RecordRoom<D>,
  lists: RecordLists<D>,
): Promise<OwnComparison<D>> {
  const { registry, terms } = room;
  const found: OwnComparison<D> = { listed: 0, differences: [], notices: [] };

  async function compare({ read }: ListedRecord<D>): Promise<void> {
    const id = terms.idOf(read.kind, read.node, read.key);
    // Read after the province was asked: an honest province has at most what is here. What cannot be read here was set aside.
    const own = await registry.of(read.kind).get(id);
    const kept = read.checked();
    if (own && own.changes > kept.changes) return;
    if (own && own.changes === kept.changes && contentDigest(room, own) === contentDigest(room, kept)) return;
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
