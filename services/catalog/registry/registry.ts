import { type DescMessage, type MessageShape, type JsonObject as ProtoJson, toJson } from "@bufbuild/protobuf";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Actor } from "../../domain/actor.ts";
import { canonicalJson, type JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { withEvent } from "../../event/pending-events.ts";
import { hasService, provincePeer } from "../../host/place.ts";
import { changeStored, compareAndSet, untilStored } from "../../store/compare-and-set.ts";
import { type TravellingSecrets, useBehind } from "../apps/app-secrets.ts";
import type { CatalogContext } from "../context.ts";
import { taken } from "../issuers/owners.ts";
import { type RecordKind, type RegistryDocument, recordId } from "../stored/records.ts";
import { storedValue } from "../stored/stored-value.ts";
import { refusedAtArrival } from "./refusals.ts";
import { pastAfter } from "./registry-past.ts";
import { contentDigest, encodedRecord } from "./registry-record.ts";

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
export interface AccountChange {
  secrets?: TravellingSecrets;
  tokensNotBefore?: string;
}

/**
 * Stores a whole record of this node: the same record again changes nothing; another one replaces it and becomes an event
 * for the peers. With a `basis` it replaces that change alone: `REVISION_CONFLICT` for any other. `by`: who put it, for the evidence.
 */
export function putRecord<S extends DescMessage>(
  context: CatalogContext,
  schema: S,
  kind: RecordKind,
  key: string,
  value: MessageShape<S>,
  { basis, by }: { basis?: number | undefined; by?: Actor } = {},
): Promise<RegistryDocument> {
  const json = toJson(schema, value) as ProtoJson as JsonObject;
  return changeRecord(
    context,
    kind,
    key,
    (old) => {
      if (basis !== undefined && basis !== (old?.changes ?? 0)) throw changedByOthers(kind, key);
      const same = old && canonicalJson(old.value) === canonicalJson(json);
      // Of two contents under one change this one is meant: its next change tells the province.
      return same && !context.watch.isForked(old._id) ? undefined : { value: json };
    },
    by,
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
  by?: Actor,
): Promise<RegistryDocument> {
  const { runtime, registry, bell } = context;
  const node = runtime.config.node.code;
  const who = by ? { by: callerName(by) } : {};
  const step = async () => {
    const old = await registry.get(recordId(kind, node, key));
    if (old && old.node !== node) throw taken(kind, key, old.node);
    const change = next(old);
    if (!change) {
      if (old) return old;
      throw new Refusal("INTERNAL", `${kind} ${key} is not there to be kept as it is`);
    }
    const { secrets, tokensNotBefore = old?.tokensNotBefore } = change;
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
      ...secrets,
      ...(secrets && { secretUse: {}, ...useBehind(old, secrets) }),
      ...(tokensNotBefore !== undefined && { tokensNotBefore, refusedBefore: tokensNotBefore }),
    };
    const told = isHeard(context) ? withChange(document, runtime.now()) : document;
    const stored = await compareAndSet(registry, old, told);
    if (!stored) return undefined;
    await runtime.evidence.append("registry-changed", { kind, key, changes: document.changes, ...who });
    bell.ring();
    return stored;
  };
  const spent = () => {
    throw changedByOthers(kind, key);
  };
  return untilStored(step, { tries: ATTEMPTS, spent });
}

/** The refusal where others write the same record. */
function changedByOthers(kind: RecordKind, key: string): Refusal {
  return new Refusal("REVISION_CONFLICT", `${kind} ${key} is being changed by others; try again`, {
    retryAfterMs: 100,
  });
}

/** What is kept of another node's record, each member by its name. */
export type ForeignRecord = Pick<
  RegistryDocument,
  "kind" | "node" | "key" | "changes" | "value" | "past" | "secretHash" | "secretTerms" | "tokensNotBefore"
>;

/** The document that keeps a record as another node has it, in the place of what is here; apps that it disables are refused from now on. */
export function keptDocument(
  context: CatalogContext,
  old: RegistryDocument | undefined,
  record: ForeignRecord,
): RegistryDocument {
  const { kind, node, key, changes, value, past, secretHash, secretTerms, tokensNotBefore } = record;
  const refusedBefore = refusedAtArrival(context, old, record);
  return {
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
    ...(secretTerms && { secretTerms }),
    ...useBehind(old, record),
    ...(tokensNotBefore !== undefined && { tokensNotBefore }),
    ...(refusedBefore !== undefined && { refusedBefore }),
  };
}

/**
 * Stores a record of another node; an older change is ignored, and so is the same again. Resolves to whether it was new. Refused:
 * `ALREADY_EXISTS` for another content under the same change, which only a node gives that was started from an older copy.
 */
export async function applyRecord(context: CatalogContext, record: ForeignRecord): Promise<boolean> {
  const { kind, node, key, changes } = record;
  const next = async (old: RegistryDocument | undefined) => {
    if (old && old.node !== node) throw taken(kind, key, old.node);
    if (old?.changes === changes) requireSame(old, record);
    if (old && old.changes >= changes) return undefined;
    const document = keptDocument(context, old, record);
    await context.runtime.evidence.append("registry-taken-over", { kind, node, key, changes });
    return document;
  };
  const spent = () => {
    throw changedByOthers(kind, key);
  };
  const stored = await changeStored(context.registry, recordId(kind, node, key), next, { tries: ATTEMPTS, spent });
  if (stored) context.bell.ring();
  return stored !== undefined;
}

function requireSame(old: RegistryDocument, record: ForeignRecord): void {
  const [kept, sent] = [contentDigest(old), contentDigest(record)];
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

/** Records travel up to the province alone, and to the service of this node that counts them: elsewhere nobody is told. */
function isHeard({ runtime: { config } }: CatalogContext): boolean {
  return provincePeer(config.peers) !== undefined || hasService(config, "supervision");
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
