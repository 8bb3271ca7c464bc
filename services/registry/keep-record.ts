import { type DescMessage, type MessageShape, type JsonObject as ProtoJson, toJson } from "@bufbuild/protobuf";
import { callerName } from "../call/chain/caller.ts";
import type { Actor } from "../domain/actor.ts";
import { canonicalJson, type JsonObject } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import { withEvent } from "../event/pending-events.ts";
import { changeStored, compareAndSet, untilStored } from "../store/compare-and-set.ts";
import { contentDigest } from "./content-digest.ts";
import type { RecordDocument, RecordRoom, RecordTerms, SentRecord } from "./record.ts";
import { storedValue } from "./stored-value.ts";
import { taken } from "./taken.ts";

/** Attempts at a record that others keep writing before the caller is told. */
const ATTEMPTS = 8;

/** Reads a record of a node, or undefined. */
export async function readRecord<S extends DescMessage, D extends RecordDocument>(
  { registry, terms }: Pick<RecordRoom<D>, "registry" | "terms">,
  schema: S,
  kind: D["kind"],
  node: string,
  key: string,
): Promise<MessageShape<S> | undefined> {
  const document = await registry.of(kind).get(terms.idOf(kind, node, key));
  return document && storedValue(schema, document.value);
}

/**
 * Stores a whole record of this node: the same record again changes nothing; another one replaces it and becomes an event
 * for the peers. With a `basis` it replaces that change alone: `REVISION_CONFLICT` for any other. `by`: who put it, and `said` what else, for the evidence.
 */
export function putRecord<S extends DescMessage, D extends RecordDocument>(
  room: RecordRoom<D>,
  schema: S,
  kind: D["kind"],
  key: string,
  value: MessageShape<S>,
  { basis, by, said }: { basis?: number | undefined; by?: Actor; said?: JsonObject } = {},
): Promise<D> {
  const json = toJson(schema, value) as ProtoJson as JsonObject;
  return changeRecord(
    room,
    kind,
    key,
    (old) => {
      if (basis !== undefined && basis !== (old?.changes ?? 0)) throw changedByOthers(kind, key);
      const same = old && canonicalJson(old.value) === canonicalJson(json);
      // Of two contents under one change this one is meant: its next change tells the province.
      return same && !room.watch.isForked(old._id) ? undefined : { value: json };
    },
    by,
    said,
  );
}

/** What a record shall say, and members beside it that change with it; those that are left out stay as they are. */
export interface RecordChange<D extends RecordDocument> {
  value: JsonObject;
  beside?: Partial<D>;
}

/**
 * Changes a record of this node with compare-and-set, evidence first: `next` gives what changes, or `undefined` where nothing does. Refused:
 * `ALREADY_EXISTS` for a record of another node, `REVISION_CONFLICT`.
 */
export async function changeRecord<D extends RecordDocument>(
  room: RecordRoom<D>,
  kind: D["kind"],
  key: string,
  next: (old: D | undefined) => RecordChange<D> | undefined,
  by?: Actor,
  said: JsonObject = {},
): Promise<D> {
  const { runtime, terms, bell } = room;
  const records = room.registry.of(kind);
  const node = runtime.config.node.code;
  const who = by ? { by: callerName(by) } : {};
  const step = async () => {
    const old = await records.get(terms.idOf(kind, node, key));
    if (old && old.node !== node) throw taken(kind, key, old.node);
    const change = next(old);
    if (!change) {
      if (old) return old;
      throw new Refusal("INTERNAL", `${kind} ${key} is not there to be kept as it is`);
    }
    const now = runtime.now();
    const document = {
      ...(old ?? { _id: terms.idOf(kind, node, key), revision: 1 }),
      kind,
      node,
      key,
      changes: (old?.changes ?? 0) + 1,
      changedAt: now.toISOString(),
      value: change.value,
      ...terms.beside(old, change.value),
      ...change.beside,
    } as D;
    const told = terms.isHeard() ? withChange(terms, document, now) : document;
    // First: what stands without a line would never get one, since the same again changes nothing.
    await runtime.evidence.append("registry-changed", { kind, key, changes: document.changes, ...who, ...said });
    const stored = await compareAndSet(records, old, told);
    if (!stored) return undefined;
    bell.ring();
    return stored;
  };
  const spent = () => {
    throw changedByOthers(kind, key);
  };
  return untilStored(step, { tries: ATTEMPTS, spent });
}

/** The refusal where others write the same record. */
export function changedByOthers(kind: string, key: string): Refusal {
  return new Refusal("REVISION_CONFLICT", `${kind} ${key} is being changed by others; try again`, {
    retryAfterMs: 100,
  });
}

/** The document that keeps a record as another node has it, in the place of what is here. */
export function keptDocument<D extends RecordDocument>(
  { runtime, terms }: Pick<RecordRoom<D>, "runtime" | "terms">,
  old: D | undefined,
  sent: SentRecord<D>,
): D {
  return {
    ...sent,
    ...terms.keptBeside(old, sent),
    _id: terms.idOf(sent.kind, sent.node, sent.key),
    revision: old?.revision ?? 1,
    changedAt: runtime.now().toISOString(),
  } as SentRecord<D> as D;
}

/**
 * Stores a record of another node; an older change is ignored, and so is the same again. Resolves to whether it was new. Refused:
 * `ALREADY_EXISTS` for another content under the same change, which only a node gives that was started from an older copy.
 */
export async function applyRecord<D extends RecordDocument>(
  room: RecordRoom<D>,
  record: SentRecord<D>,
): Promise<boolean> {
  const { registry, runtime, terms, bell } = room;
  const { kind, node, key, changes } = record;
  const next = async (old: D | undefined) => {
    if (old && old.node !== node) throw taken(kind, key, old.node);
    if (old?.changes === changes) requireSame(room, old, record);
    if (old && old.changes >= changes) return undefined;
    const document = keptDocument(room, old, record);
    await runtime.evidence.append("registry-taken-over", { kind, node, key, changes });
    return document;
  };
  const spent = () => {
    throw changedByOthers(kind, key);
  };
  const stored = await changeStored(registry.of(kind), terms.idOf(kind, node, key), next, { tries: ATTEMPTS, spent });
  if (stored) bell.ring();
  return stored !== undefined;
}

function requireSame<D extends RecordDocument>(
  room: Pick<RecordRoom<D>, "terms">,
  old: D,
  record: SentRecord<D>,
): void {
  const [kept, sent] = [contentDigest(room, old), contentDigest(room, record)];
  if (kept === sent) return;
  const { kind, node, key, changes } = record;
  const description = `two contents under change ${changes} of ${kind} ${key} of node ${node}: ${kept} is kept, ${sent} came`;
  const remedy = "node and province decide which is right, and the node puts the record again: its next change counts";
  throw new Refusal("ALREADY_EXISTS", `${description}; ${remedy}`, {
    metadata: { kind, key, node, changes: String(changes) },
    fields: [
      {
        field: "changes",
        description,
        remedy,
        localized: `节点${node}的登记记录${key}在变更${changes}下有两份内容，请与省级核定后由该节点重新登记`,
      },
    ],
  });
}

/** The document with the event that tells the peers what it says now. */
export function withChange<D extends RecordDocument>(
  terms: Pick<RecordTerms<D>, "told" | "encoded">,
  document: D,
  now: Date,
): D {
  const { changes } = document;
  return withEvent(document, {
    key: `${document._id}:${changes}`,
    ...terms.told,
    revision: changes,
    payload: Buffer.from(terms.encoded(document)).toString("base64"),
    blobs: [],
    occurredAt: now.toISOString(),
  });
}
