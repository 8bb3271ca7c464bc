import { fromJson, type JsonObject as ProtoJson, toJson } from "@bufbuild/protobuf";
import {
  type Delegation as DelegationMessage,
  DelegationSchema,
} from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import type { Delegation } from "../../domain/delegation.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import { PENDING_INDEX } from "../../event/pending-events.ts";
import type { ChangeMark } from "../../node/marks/change-mark.ts";
import { markedCollection } from "../../node/marks/marked-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { checkRecord } from "../../registry/document-members.ts";
import { BY_NODE, type RecordDocument } from "../../registry/record.ts";
import type { CollectionSpec } from "../../store/port.ts";

/** The one kind of these records. */
export const DELEGATION = "delegation";

/** A delegation as it is kept: one record for an app and a department; never removed, so that what there was can be told. */
export interface DelegationDocument extends RecordDocument<typeof DELEGATION> {
  app: string;
  department: string;
  /** At its node: what it named and does no more, until the records that name the app have followed. */
  dropped?: { items: string[]; matters: string[] };
  /** At its node: day behind which records must follow: at once (empty) where something was dropped, else its last day. Absent: nothing to follow. */
  follow?: string;
}

export const DELEGATIONS: CollectionSpec = {
  name: "catalog_delegations",
  indexes: [
    BY_NODE,
    { name: "departments", fields: ["department", "app"] },
    { name: "follow", fields: ["follow"] },
    PENDING_INDEX,
  ],
};

/** The mark that openings and matters of before have their delegations. */
export const CARRIED_OVER: CollectionSpec = { name: "catalog_carried_over", indexes: [] };

/** Opens the delegations; every change raises the mark of terms. One that cannot be read is set aside (place `registry`), and its app acts for nobody by it. */
export async function openDelegations(
  { store, setAside }: Pick<Runtime, "store" | "setAside">,
  mark: Pick<ChangeMark, "during">,
): Promise<GuardedCollection<DelegationDocument>> {
  const collection = markedCollection(await store.collection<DelegationDocument>(DELEGATIONS), mark);
  return guardedCollection({ collection, setAside, place: "registry", source: DELEGATIONS.name, check });
}

/** Key of the delegation of an app for a department. The app's key tells its node, so no two nodes have the same. */
export function delegationId(app: string, department: string): string {
  return `${department}/${app}`;
}

/** A delegation as its contract tells it. */
export function delegationView({ value }: Pick<DelegationDocument, "value">): DelegationMessage {
  return fromJson(DelegationSchema, value as ProtoJson, { ignoreUnknownFields: true });
}

/** A delegation as the rules know it. */
export function delegationOf(document: Pick<DelegationDocument, "value">): Delegation {
  const { appKey: app, departmentCode: department, itemCodes, matterCodes, since, until } = delegationView(document);
  return { app, department, items: itemCodes, matters: matterCodes, since, ...(until !== "" && { until }) };
}

/** What is stored of a delegation. */
export function delegationValue(delegation: DelegationMessage): JsonObject {
  return toJson(DelegationSchema, delegation) as ProtoJson as JsonObject;
}

/** Whether a document is from before delegations were told to the province: it becomes a record at the next start. */
export function isFormer({ changes }: Pick<Partial<DelegationDocument>, "changes">): boolean {
  return changes === undefined;
}

function check(document: DelegationDocument): void {
  const { app, department, dropped, follow } = document;
  const view = delegationView(document);
  const named = view.appKey === app && view.departmentCode === department;
  const follows = follow === undefined || typeof follow === "string";
  const list = (codes: unknown) => Array.isArray(codes) && codes.every((code) => typeof code === "string");
  const drops = dropped === undefined || (list(dropped.items) && list(dropped.matters));
  if (!named || !follows || !drops) throw new Refusal("RECORD_UNREADABLE", "a delegation whose members are wrong");
  if (isFormer(document)) return;
  const idOf = () => delegationId(app, department);
  checkRecord(document, { schemas: { [DELEGATION]: DelegationSchema }, idOf });
}
