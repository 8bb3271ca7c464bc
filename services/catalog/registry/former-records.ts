import { pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import { causeOf } from "../../event/set-aside-row.ts";
import { markedCollection } from "../../node/marks/marked-collection.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { pagesOf, type WholeQuery } from "../../store/pages-of.ts";
import type { Collection } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { FORMER_REGISTRY } from "../stored/former-registry.ts";
import { RECORD_KINDS, RECORDS, type RecordKind, type RegistryDocument } from "../stored/records.ts";
import { mergedRecord } from "./merged-record.ts";

/** How often it is looked for what a process of before has stored: so long it may be unknown here, milliseconds. */
export const LOOK_EVERY_MS = 5_000;
/** Documents that are read at a time: most have a few kilobytes, a seal with its picture may have two megabytes. */
const AT_ONCE = 100;

/** What a process of before, which kept all kinds in one collection, stored or stores still. */
export interface FormerRecords {
  /** Carries over all that is there: each record as it is, with the events that wait in it. A process that dies meanwhile, or does it at the same time, does no harm. */
  carryOver(): Promise<void>;
  /** Does so again and again until the signal aborts, since a process of before may still run, or be started by mistake. */
  follow(signal: AbortSignal): Promise<void>;
}

type Documents = Collection<RegistryDocument>;

/** Opens it. Documents are carried as they are stored: what cannot be read is set aside where it lies from then on. */
export async function openFormerRecords(context: CatalogContext): Promise<FormerRecords> {
  const { store, setAside, log, now } = context.runtime;
  const former = await store.collection<RegistryDocument>(FORMER_REGISTRY);
  const kinds = new Map<RecordKind, Documents>();
  // Terms rest on what is carried over as on any other record.
  for (const kind of RECORD_KINDS)
    kinds.set(kind, markedCollection(await store.collection<RegistryDocument>(RECORDS[kind]), context.given.mark));
  const entryOf = (key: string) => ({ place: "registry", source: FORMER_REGISTRY.name, node: "", key }) as const;

  /** Carries over what is selected; resolves to how much that was. */
  async function carry(query: WholeQuery): Promise<number> {
    let carried = 0;
    for await (const page of pagesOf(former, { ...query, limit: AT_ONCE })) {
      for (const [kind, documents] of Map.groupBy(page, kindOf)) {
        if (kind) carried += await carryPage(kinds.get(kind) as Documents, documents);
      }
    }
    return carried;
  }

  async function carryPage(records: Documents, documents: readonly RegistryDocument[]): Promise<number> {
    const there = await records.getMany(documents.map(({ _id }) => _id));
    const fresh = documents.filter((_, place) => !there[place]);
    const taken = await records.insertMany(fresh.map((document) => ({ ...document, revision: 1 })));
    const inserted = fresh.filter((_, place) => !taken[place]);
    await Promise.all(inserted.map(({ _id, revision }) => former.remove(_id, revision)));
    const ids = new Set(inserted.map(({ _id }) => _id));
    for (const { _id } of documents) if (!ids.has(_id)) await carryOne(records, _id);
    return documents.length;
  }

  /** One of which something is there already: from a process that died between two writes, or because one of before did not see it. */
  async function carryOne(records: Documents, id: string): Promise<void> {
    // Another process may have carried it over meanwhile, and serve what has changed since.
    const document = await former.get(id);
    if (!document) return;
    try {
      const stored = await changeStored(records, id, (old) => mergedRecord(context, document, old));
      await former.remove(id, document.revision);
      await setAside.cleared(entryOf(id));
      if (stored) context.bell.ring();
    } catch (error) {
      // The store may be away: then all wait. What is wrong with one stops none of the others.
      if (error instanceof Refusal && error.retryAfterMs !== undefined) throw error;
      await setAside.tell({ ...entryOf(id), ...causeOf(error) });
    }
  }

  setAside.onRetry("registry", FORMER_REGISTRY.name, async ({ key }) => {
    const document = await former.get(key);
    const kind = document && kindOf(document);
    if (kind) await carryPage(kinds.get(kind) as Documents, [document]);
  });

  /** What was set aside where it lay before is set aside anew where it is read now. */
  async function clearOld(): Promise<void> {
    for (const place of ["registry", "outbox"] as const) {
      const { keys } = await setAside.keysOf(place, FORMER_REGISTRY.name, "");
      for (const key of keys) if (!(await former.get(key))) await setAside.cleared({ ...entryOf(key), place });
    }
  }

  return {
    async carryOver() {
      const begun = now().getTime();
      let carried = 0;
      // A document that lacks members is in some of these.
      for (const { name } of FORMER_REGISTRY.indexes) carried += await carry({ index: name });
      await clearOld();
      if (carried > 0)
        log.info({ records: carried, ms: now().getTime() - begun }, "records were carried over to their kinds");
    },
    async follow(signal) {
      for (; !signal.aborted; await pause(LOOK_EVERY_MS, signal, { ref: false })) {
        try {
          for (const kind of RECORD_KINDS) {
            const carried = await carry({ index: "records", equals: [kind] });
            if (carried > 0)
              log.warn({ kind, records: carried }, "a catalog of before this version stores records: stop it");
          }
        } catch (error) {
          if (!signal.aborted) log.warn({ error: String(error) }, "records of before cannot be carried over now");
        }
      }
    },
  };
}

/** By its key, whatever else is wrong with it; none for apps, which another service carries over. */
function kindOf({ _id }: RegistryDocument): RecordKind | undefined {
  return RECORD_KINDS.find((kind) => _id.startsWith(`${kind}/`));
}
