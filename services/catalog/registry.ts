import {
  type DescMessage,
  fromJson,
  type MessageShape,
  type JsonObject as ProtoJson,
  toJson,
} from "@bufbuild/protobuf";
import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { canonicalBytes, canonicalJson, type JsonObject } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import { withEvent } from "../runtime/outbox.ts";
import { DuplicateKey } from "../store/port.ts";
import type { CatalogContext } from "./context.ts";
import { type RecordKind, type RegistryDocument, recordId } from "./records.ts";
import { pastAfter } from "./registry-past.ts";

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
  return document && fromJson(schema, document.value);
}

/**
 * Stores a whole record of this node: the same record again changes nothing; another one replaces it and becomes an event
 * for the peers. `secretHash` replaces an app's secret.
 */
export async function putRecord<S extends DescMessage>(
  context: CatalogContext,
  schema: S,
  kind: RecordKind,
  key: string,
  value: MessageShape<S>,
  secretHash?: string,
): Promise<RegistryDocument> {
  const { runtime, registry, bell } = context;
  const node = runtime.config.node.code;
  const json = toJson(schema, value) as ProtoJson as JsonObject;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const old = await registry.get(recordId(kind, node, key));
    if (old && old.node !== node) throw taken(kind, key, old.node);
    if (old && secretHash === undefined && canonicalJson(old.value) === canonicalJson(json)) return old;
    const secret = secretHash ?? old?.secretHash;
    const past = pastAfter(old, json, runtime.now());
    const next: RegistryDocument = {
      ...(old ?? { _id: recordId(kind, node, key), revision: 1 }),
      kind,
      node,
      key,
      changes: (old?.changes ?? 0) + 1,
      changedAt: runtime.now().toISOString(),
      value: json,
      ...(past !== undefined && { past }),
      ...(secret !== undefined && { secretHash: secret }),
    };
    const stored = await store(context, old, hasUpwardPeer(context) ? withChange(next, runtime.now()) : next);
    if (!stored) continue;
    await runtime.evidence.append("registry-changed", { kind, key, changes: next.changes });
    bell.ring();
    return stored;
  }
  throw new Refusal("REVISION_CONFLICT", `${kind} ${key} is being changed by others; try again`, { retryAfterMs: 100 });
}

/** A record as it travels to other nodes. */
export type TravellingRecord = Pick<
  RegistryDocument,
  "kind" | "node" | "key" | "changes" | "value" | "past" | "secretHash"
>;

/** Takes over a record of another node; older or equal changes are ignored. Resolves to whether it was new. */
export async function applyRecord(context: CatalogContext, record: TravellingRecord): Promise<boolean> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const old = await context.registry.get(recordId(record.kind, record.node, record.key));
    if (old && old.node !== record.node) throw taken(record.kind, record.key, old.node);
    if (old && old.changes >= record.changes) return false;
    const id = recordId(record.kind, record.node, record.key);
    if (
      await store(context, old, {
        _id: id,
        revision: old?.revision ?? 1,
        changedAt: context.runtime.now().toISOString(),
        ...record,
      })
    )
      return true;
  }
  throw new Refusal("REVISION_CONFLICT", `${record.kind} ${record.key} is being changed by others`, {
    retryAfterMs: 100,
  });
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
  try {
    await context.registry.insert(next);
    return next;
  } catch (error) {
    if (error instanceof DuplicateKey) return undefined;
    throw error;
  }
}

function withChange(document: RegistryDocument, now: Date): RegistryDocument {
  const { kind, node, key, changes, value, past, secretHash } = document;
  const record: TravellingRecord = {
    kind,
    node,
    key,
    changes,
    value,
    ...(past !== undefined && { past }),
    ...(secretHash !== undefined && { secretHash }),
  };
  return withEvent(document, {
    key: `${document._id}:${changes}`,
    kind: EventKind.REGISTRY_CHANGED,
    revision: changes,
    payload: Buffer.from(canonicalBytes(record)).toString("base64"),
    blobs: [],
    occurredAt: now.toISOString(),
  });
}

function taken(kind: RecordKind, key: string, node: string): Refusal {
  return new Refusal("ALREADY_EXISTS", `${kind} ${key} belongs to node ${node}`, { metadata: { kind, key, node } });
}
