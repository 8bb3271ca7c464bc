import { type DescMessage, type MessageShape, type JsonObject as ProtoJson, toJson } from "@bufbuild/protobuf";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { canonicalJson, type JsonObject } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import { withEvent } from "../runtime/outbox.ts";
import { insertNew } from "../store/insert-new.ts";
import type { CatalogContext } from "./context.ts";
import { taken } from "./owners.ts";
import { type RecordKind, type RegistryDocument, recordId } from "./records.ts";
import { refusedAtArrival } from "./refusals.ts";
import { pastAfter } from "./registry-past.ts";
import { encodedRecord } from "./registry-record.ts";
import { storedValue } from "./stored-value.ts";

/** Attempts at a record that others keep writing before the caller is told. */
const ATTEMPTS = 8;

/** Reads a record of a node, or undefined. */
export async function readRecord<S extends DescMessage>(
  context: CatalogContext,
  schema: S,
  kind: RecordKind,
  node: string,
  key: string,
): Promise<MessageShape<S> | undefined> {
  const document = await context.registry.get(recordId(kind, node, key));
  return document && storedValue(schema, document.value);
}

/** What belongs to an app's account beside its record. Members that are left out stay as they are. */
export type AccountChange = Pick<RegistryDocument, "secretHash" | "tokensNotBefore">;

/**
 * Stores a whole record of this node: the same record again changes nothing; another one replaces it and becomes an event
 * for the peers.
 */
export function putRecord<S extends DescMessage>(
  context: CatalogContext,
  schema: S,
  kind: RecordKind,
  key: string,
  value: MessageShape<S>,
): Promise<RegistryDocument> {
  const json = toJson(schema, value) as ProtoJson as JsonObject;
  return changeRecord(context, kind, key, (old) =>
    old && canonicalJson(old.value) === canonicalJson(json) ? undefined : { value: json },
  );
}

/**
 * Changes a record of this node with compare-and-set: `next` gives what changes, or `undefined` where nothing does. Refused:
 * `ALREADY_EXISTS` for a record of another node, `REVISION_CONFLICT`.
 */
export async function changeRecord(
  context: CatalogContext,
  kind: RecordKind,
  key: string,
  next: (old: RegistryDocument | undefined) => ({ value: JsonObject } & AccountChange) | undefined,
): Promise<RegistryDocument> {
  const { runtime, registry, bell } = context;
  const node = runtime.config.node.code;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const old = await registry.get(recordId(kind, node, key));
    if (old && old.node !== node) throw taken(kind, key, old.node);
    const change = next(old);
    if (!change) {
      if (old) return old;
      throw new Refusal("INTERNAL", `${kind} ${key} is not there to be kept as it is`);
    }
    const { secretHash = old?.secretHash, tokensNotBefore = old?.tokensNotBefore } = change;
    const past = pastAfter(old, change.value, runtime.now());
    const document: RegistryDocument = {
      ...(old ?? { _id: recordId(kind, node, key), revision: 1 }),
      kind,
      node,
      key,
      changes: (old?.changes ?? 0) + 1,
      changedAt: runtime.now().toISOString(),
      value: change.value,
      ...(past !== undefined && { past }),
      ...(secretHash !== undefined && { secretHash }),
      ...(tokensNotBefore !== undefined && { tokensNotBefore, refusedBefore: tokensNotBefore }),
    };
    const stored = await store(context, old, hasUpwardPeer(context) ? withChange(document, runtime.now()) : document);
    if (!stored) continue;
    await runtime.evidence.append("registry-changed", { kind, key, changes: document.changes });
    bell.ring();
    return stored;
  }
  throw new Refusal("REVISION_CONFLICT", `${kind} ${key} is being changed by others; try again`, { retryAfterMs: 100 });
}

/** What is kept of another node's record, each member by its name. */
export type ForeignRecord = Pick<
  RegistryDocument,
  "kind" | "node" | "key" | "changes" | "value" | "past" | "secretHash" | "tokensNotBefore"
>;

/** Stores a record of another node; older or equal changes are ignored. Resolves to whether it was new. */
export async function applyRecord(context: CatalogContext, record: ForeignRecord): Promise<boolean> {
  const { kind, node, key, changes, value, past, secretHash, tokensNotBefore } = record;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const old = await context.registry.get(recordId(kind, node, key));
    if (old && old.node !== node) throw taken(kind, key, old.node);
    if (old && old.changes >= changes) return false;
    const refusedBefore = refusedAtArrival(context, old, record);
    const next: RegistryDocument = {
      _id: recordId(kind, node, key),
      revision: old?.revision ?? 1,
      changedAt: context.runtime.now().toISOString(),
      kind,
      node,
      key,
      changes,
      value,
      ...(past && { past }),
      ...(secretHash !== undefined && { secretHash }),
      ...(tokensNotBefore !== undefined && { tokensNotBefore }),
      ...(refusedBefore && { refusedBefore }),
    };
    await context.runtime.evidence.append("registry-taken-over", { kind, node, key, changes });
    if (!(await store(context, old, next))) continue;
    context.bell.ring();
    return true;
  }
  throw new Refusal("REVISION_CONFLICT", `${kind} ${key} is being changed by others`, { retryAfterMs: 100 });
}

/** Records travel up to the province only: a province has nobody to tell. */
function hasUpwardPeer(context: CatalogContext): boolean {
  return context.runtime.config.peers.some((peer) => peer.role === "province");
}

async function store(
  context: CatalogContext,
  old: RegistryDocument | undefined,
  next: RegistryDocument,
): Promise<RegistryDocument | undefined> {
  if (old) return context.registry.replace(next);
  return (await insertNew(context.registry, next)) ? next : undefined;
}

/** The document with the event that tells the peers what it says now. */
export function withChange(document: RegistryDocument, now: Date): RegistryDocument {
  const { changes } = document;
  return withEvent(document, {
    key: `${document._id}:${changes}`,
    kind: EventKind.REGISTRY_CHANGED,
    revision: changes,
    payload: Buffer.from(encodedRecord(document)).toString("base64"),
    blobs: [],
    occurredAt: now.toISOString(),
  });
}
