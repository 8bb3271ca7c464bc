import { create, fromJson, type JsonObject as ProtoJson, toJson } from "@bufbuild/protobuf";
import {
  type Delegation as DelegationMessage,
  DelegationSchema,
} from "../../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import type { Delegation } from "../../domain/delegation.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** A delegation as it is kept: one document for an app and a department; never removed, so that what there was can be told. */
export interface DelegationDocument extends Stored {
  app: string;
  department: string;
  /** JSON form of the contract's message. */
  value: JsonObject;
  /** What it named and does no more, until the records that name the app have followed. */
  dropped?: { items: string[]; matters: string[] };
  /** Day behind which records must follow: at once (empty) where something was dropped, else its last day. Absent: nothing to follow. */
  follow?: string;
}

export const DELEGATIONS: CollectionSpec = {
  name: "catalog_delegations",
  indexes: [
    { name: "departments", fields: ["department", "app"] },
    { name: "follow", fields: ["follow"] },
  ],
};

/** The mark that openings and matters of before have their delegations. */
export const CARRIED_OVER: CollectionSpec = { name: "catalog_carried_over", indexes: [] };

/** Opens the delegations. One that cannot be read is set aside (place `registry`), and its app acts for nobody by it. */
export async function openDelegations({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<DelegationDocument>> {
  const collection = await store.collection<DelegationDocument>(DELEGATIONS);
  return guardedCollection({ collection, setAside, place: "registry", source: DELEGATIONS.name, check });
}

/** Key of the delegation of an app for a department. */
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
export function delegationValue(delegation: Omit<DelegationMessage, "$typeName" | "$unknown">): JsonObject {
  return toJson(DelegationSchema, create(DelegationSchema, delegation)) as ProtoJson as JsonObject;
}

function check(document: DelegationDocument): void {
  const { app, department, dropped, follow } = document;
  const view = delegationView(document);
  const named = view.appKey === app && view.departmentCode === department;
  const follows = follow === undefined || typeof follow === "string";
  const list = (codes: unknown) => Array.isArray(codes) && codes.every((code) => typeof code === "string");
  const drops = dropped === undefined || (list(dropped.items) && list(dropped.matters));
  if (!named || !follows || !drops) throw new Refusal("RECORD_UNREADABLE", "a delegation whose members are wrong");
}
