import { Refusal } from "../../domain/refusal.ts";
import { allOf } from "../../store/pages-of.ts";
import { contentDigest } from "../content-digest.ts";
import { takeRecord } from "../incoming-record.ts";
import { BY_NODE, type RecordDocument, type RecordRoom } from "../record.ts";
import type { ListedRecord, RecordLists } from "./peer-lists.ts";

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

/**
 * Compares at the province what a node lists of its records with what is kept of it, and takes over what is newer, as events are
 * taken over. `dryRun` only looks. Throws `PEER_AWAY` where the node cannot be asked; one wrong record keeps no other from being taken.
 */
export async function compareRecords<D extends RecordDocument>(
  room: RecordRoom<D>,
  node: string,
  lists: RecordLists<D>,
  dryRun: boolean,
): Promise<RecordComparison> {
  const { terms } = room;
  // Read before the node is asked: an honest node has at least what it has sent until now.
  const kept = await changesOf(room, node);
  let [listed, restored, failed, forks] = [0, 0, 0, 0];

  async function refused(payload: Uint8Array): Promise<void> {
    listed += 1;
    failed += 1;
    // Which is refused, and set aside.
    if (!dryRun) await takeRecord(room, node, payload, "listed").catch(() => {});
  }
  async function compare({ read, payload }: ListedRecord<D>, old: D | undefined): Promise<void> {
    const id = idOf(read);
    const { changes } = read;
    if ((kept.get(id) ?? 0) <= changes) kept.delete(id);
    if (old?.node === node && old.changes > changes) return;
    if (old?.node === node && old.changes === changes) {
      if (contentDigest(room, read.checked()) === contentDigest(room, old)) return;
      forks += 1;
    }
    if (dryRun) restored += 1;
    else if (await takeRecord(room, node, payload, id)) restored += 1;
  }
  const idOf = ({ kind, key }: ListedRecord<D>["read"]) => terms.idOf(kind, node, key);

  for await (const page of lists.records(refused)) {
    const found = await keptOf(room, page);
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

/** What is kept of the records of a page, in its order: each kind is read at once. */
async function keptOf<D extends RecordDocument>(
  { registry, terms }: RecordRoom<D>,
  page: readonly ListedRecord<D>[],
): Promise<(D | undefined)[]> {
  const ids = page.map(({ read: { kind, node, key } }) => terms.idOf(kind, node, key));
  const found = new Map<string, D | undefined>();
  for (const kind of new Set(page.map(({ read }) => read.kind))) {
    const wanted = ids.filter((_, place) => page[place]?.read.kind === kind);
    const documents = await registry.of(kind).getMany(wanted);
    wanted.forEach((id, place) => {
      found.set(id, documents[place]);
    });
  }
  return ids.map((id) => found.get(id));
}

const PAGE = 500;

/** How often each record that is kept of a node has changed. */
async function changesOf<D extends RecordDocument>(
  { registry, terms }: RecordRoom<D>,
  node: string,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for (const kind of terms.kinds) {
    const ofNode = { index: BY_NODE.name, equals: [node], limit: PAGE };
    for await (const { _id, changes } of allOf(registry.of(kind), ofNode)) found.set(_id, changes);
  }
  return found;
}
