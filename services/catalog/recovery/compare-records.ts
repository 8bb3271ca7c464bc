import { Refusal } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import { foreignRecord, takeRecord } from "../registry/incoming-record.ts";
import { contentDigest, namedRecord } from "../registry/registry-record.ts";
import { RECORD_KINDS, type RegistryDocument, recordId } from "../stored/records.ts";
import type { ListedRecord, NodeLists } from "./node-lists.ts";

/** What came of the comparison of a node's records with those that the province keeps of it. */
export interface RecordComparison {
  /** Records that the node lists. */
  listed: number;
  /** Taken over, or, where it only looked, that would be. */
  restored: number;
  /** Refused: set aside, as those that come as events. */
  failed: number;
  /** Of the refused: another content under the change that is kept. */
  forks: number;
  /** Records of which the province keeps a later change than the node has, or that the node does not have. */
  ahead: readonly string[];
}

const PAGE = 500;

/**
 * Compares at the province what a node lists of its registry with what is kept of it, and takes over what is newer, as events are
 * taken over. `dryRun` only looks. Throws `PEER_AWAY` where the node cannot be asked; one wrong record keeps no other from being taken.
 */
export async function compareRecords(
  context: CatalogContext,
  node: string,
  lists: NodeLists,
  dryRun: boolean,
): Promise<RecordComparison> {
  // Read before the node is asked: an honest node has at least what it has sent until now.
  const kept = await changesOf(context, node);
  let [listed, restored, failed, forks] = [0, 0, 0, 0];

  async function refused(payload: Uint8Array): Promise<void> {
    listed += 1;
    failed += 1;
    // Which is refused, and set aside.
    if (!dryRun) await takeRecord(context, node, payload, "listed").catch(() => {});
  }
  async function compare({ record, payload }: ListedRecord, old: RegistryDocument | undefined): Promise<void> {
    const named = namedRecord(record, node);
    const id = recordId(named.kind, node, named.key);
    const changes = Number(record.changes);
    if ((kept.get(id) ?? 0) <= changes) kept.delete(id);
    if (old?.node === node && old.changes > changes) return;
    if (old?.node === node && old.changes === changes) {
      if (contentDigest(foreignRecord(context, node, record, named)) === contentDigest(old)) return;
      forks += 1;
    }
    if (dryRun) restored += 1;
    else if (await takeRecord(context, node, payload, id)) restored += 1;
  }

  for await (const page of lists.records(refused)) {
    const ids = page.map(({ record }) => idOf(record, node));
    const found = await context.registry.getMany(ids);
    for (const [index, one] of page.entries()) {
      listed += 1;
      try {
        await compare(one, found[index]);
      } catch (error) {
        // What may pass ends the comparison, which is made again; all else was set aside.
        if (!(error instanceof Refusal) || error.retryAfterMs !== undefined) throw error;
        failed += 1;
      }
    }
  }
  return { listed, restored, failed, forks, ahead: [...kept.keys()] };
}

function idOf(record: ListedRecord["record"], node: string): string {
  const { kind, key } = namedRecord(record, node);
  return recordId(kind, node, key);
}

/** How often each record that is kept of a node has changed. */
async function changesOf({ registry }: CatalogContext, node: string): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const kind of RECORD_KINDS) {
    for (let after: string | undefined; ; ) {
      const page = { index: "records", equals: [kind, node], limit: PAGE, ...(after !== undefined && { after }) };
      const { items, next } = await registry.query(page);
      for (const { _id, changes } of items) found.set(_id, changes);
      if (next === undefined) break;
      after = next;
    }
  }
  return found;
}
