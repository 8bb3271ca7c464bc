import { toBinary } from "@bufbuild/protobuf";
import { ObligatoryListSchema } from "../../../proto/gen/ecert/catalog/v1/list_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { type ListEntry, withLines } from "../../domain/obligatory-list.ts";
import { Refusal } from "../../domain/refusal.ts";
import { withEvent } from "../../event/pending-events.ts";
import { hasService } from "../../host/place.ts";
import { changeStored, compareAndSet, untilStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { signedList } from "./list-signature.ts";
import { listMessage } from "./list-view.ts";
import { type ListChangeDocument, type ListDocument, listId } from "./stored.ts";

/** Changes that are looked through at a time. */
const PAGE = 100;

/**
 * Carries out a change that was decided, however often and by however many processes at once, and however the last one ended: the list takes
 * its lines as a whole, once, and then the change is `published`. Resolves to the change. A change whose lines do not fit the list any more, since another was
 * published in between, is a draft again, and the refusal is thrown.
 */
export function carryOut(context: CatalogContext, id: string): Promise<ListChangeDocument> {
  const { lists, listChanges, listSource, bell, runtime } = context;
  return untilStored(async () => {
    const first = await listChanges.get(id);
    if (!first) throw new Refusal("INTERNAL", `change ${id} is gone`);
    const key = listId(runtime.config.node.code, first.division);
    // The list before the change: who finds here what a later change made of the list, finds there that this one is done.
    const list = await lists.get(key);
    const change = await listChanges.get(id);
    if (change?.state !== "publishing") return change;
    if (list?.lastChange === id) return markPublished(context, id);
    if (list?.lastChange !== undefined) await markPublished(context, list.lastChange);
    const entries = await fittingEntries(context, list, change);
    const stored = await compareAndSet(lists, list, changed(context, change, list, entries));
    if (!stored) return undefined;
    listSource.forget(key);
    bell.ring();
    const { division, changes } = stored;
    await runtime.evidence.append("list-published", { change: id, division, changes, entries: entries.length });
    return markPublished(context, id);
  });
}

/** Carries out what was decided and whose process ended before it was done. */
export async function carryOutWhatIsLeft(context: CatalogContext): Promise<void> {
  const { listChanges, runtime } = context;
  for (let after: string | undefined; ; ) {
    const page = await listChanges.query({
      index: "states",
      equals: ["publishing"],
      limit: PAGE,
      ...(after !== undefined && { after }),
    });
    for (const { _id: id } of page.items) {
      // One that does not fit is a draft again and keeps no other from being carried out.
      await carryOut(context, id).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        runtime.log.warn({ change: id, cause: error.message }, "a change of an obligatory list cannot be carried out");
      });
    }
    if (page.next === undefined) return;
    after = page.next;
  }
}

/** Entries of the list with the lines of a change; of a change that does not fit the decision is taken back. */
async function fittingEntries(
  context: CatalogContext,
  list: ListDocument | undefined,
  change: ListChangeDocument,
): Promise<ListEntry[]> {
  try {
    return entriesWith(list, change);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    await changeStored(context.listChanges, change._id, (old) => (old?.state === "publishing" ? takenBack(old) : old));
    throw error;
  }
}

/** A decision taken back: of what people decided a draft again, of what was never a draft nothing. */
function takenBack(change: ListChangeDocument): ListChangeDocument {
  const steps = change.steps.slice(0, -1);
  return steps.length === 0 ? { ...change, state: "discarded" } : { ...change, state: "draft", steps };
}

/** The entries that a list would have with the lines of a change, as of the day of its last step. Throws what `withLines` refuses. */
export function entriesWith(
  list: ListDocument | undefined,
  { lines, steps, preparedAt }: Pick<ListChangeDocument, "lines" | "steps" | "preparedAt">,
): ListEntry[] {
  return withLines(list?.entries ?? [], lines, shanghaiDay(new Date(steps.at(-1)?.at ?? preparedAt)));
}

function changed(
  context: CatalogContext,
  { _id: lastChange, division }: ListChangeDocument,
  old: ListDocument | undefined,
  entries: readonly ListEntry[],
): ListDocument {
  const { code: node } = context.runtime.config.node;
  const next: ListDocument = {
    _id: listId(node, division),
    revision: old?.revision ?? 1,
    node,
    division,
    changes: (old?.changes ?? 0) + 1,
    changedAt: context.runtime.now().toISOString(),
    entries,
    lastChange,
  };
  return withListEvent(context, signedList(context.runtime, next));
}

/** The list with the event that tells peers what it says now, in the place of those before: each tells the whole. */
function withListEvent({ runtime }: CatalogContext, list: ListDocument): ListDocument {
  const { node, peers } = runtime.config;
  // Without peers, and without the service that counts, nobody would ever confirm it; an edition of a department speaks for no list.
  const isHeard = peers.length > 0 || hasService(runtime.config, "supervision");
  if (!isHeard || node.role === "department") return list;
  const { payload, ...event } = listEvent(list);
  const revision = list.changes;
  return withEvent(list, { ...event, revision, payload: Buffer.from(payload).toString("base64"), blobs: [] });
}

/** A list as its event tells it. */
export function listEvent(list: ListDocument) {
  const { _id: aggregateId, changes, changedAt: occurredAt } = list;
  return {
    ...{ key: `${aggregateId}:${changes}`, kind: EventKind.LIST_PUBLISHED, aggregateId, revision: BigInt(changes) },
    ...{ payload: toBinary(ObligatoryListSchema, listMessage(list)), occurredAt },
  };
}

function markPublished({ listChanges }: CatalogContext, id: string): Promise<ListChangeDocument | undefined> {
  return changeStored(listChanges, id, (old) =>
    old?.state === "publishing" ? { ...old, state: "published" as const } : old,
  );
}
