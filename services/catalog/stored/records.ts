import type { JsonObject } from "../../domain/canonical.ts";
import { type HasPending, PENDING_INDEX } from "../../event/pending-events.ts";
import { BY_NODE, type RecordDocument } from "../../registry/record.ts";
import type { CollectionSpec, IndexSpec } from "../../store/port.ts";

/**
 * What a record said before and signatures of that time are still judged by (5.8.3). It stays beside the record and travels
 * with it. Records from before it was kept have none.
 */
export interface RegistryPast {
  /** Of a department: superiors that it had, oldest first, each until when (RFC 3339, UTC). An empty code: none. */
  superiors?: readonly { code: string; until: string }[];
}

/** One version of a catalog item. `_id` is `<code>/<version>`. What a published one says never changes. */
export interface ItemDocument extends HasPending {
  code: string;
  version: number;
  /** Digest of the content: registering the same content again finds this version. */
  digest: string;
  /** `CatalogItemContent` as proto JSON. */
  content: JsonObject;
  registeredAt: string;
  /** Present once published; part of an index, so that unpublished versions are not found by it. */
  publishedAt?: string;
  /** Version again, present once published. */
  publishedVersion?: number;
  /** Node of the province that published it, and its signature over all of it, Base64. Absent from before versions were signed. */
  publisher?: string;
  signature?: string;
  /** At the province: the draft that it was. Absent where an operator registered it. */
  draft?: string;
  /** At the province: times that it was sent to the peers, once it is signed. */
  timesSent?: number;
}

export const ITEMS: CollectionSpec = {
  name: "catalog_items",
  indexes: [
    { name: "versions", fields: ["code", "version"], unique: true },
    { name: "published", fields: ["code", "publishedVersion"] },
    { name: "contents", fields: ["code", "digest"] },
    { name: "drafts", fields: ["draft"], unique: true },
    PENDING_INDEX,
  ],
};

/** Kinds of record in the registry, in the order in which they are taken over: what others name comes first. */
export const RECORD_KINDS = ["department", "seal", "opening", "matter"] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** A record of the registry. `_id` is `<kind>/<node>/<key>`. */
export interface RegistryDocument extends RecordDocument<RecordKind> {
  /** What it said before, as far as that still counts. Absent where nothing does. */
  past?: RegistryPast;
}

const BY_KEY: IndexSpec = { name: "keys", fields: ["key", "node"] };
const BY_DEPARTMENT: IndexSpec = { name: "byDepartment", fields: ["node", "value.departmentCode", "key"] };
const BY_CHANGE: IndexSpec = { name: "changed", fields: ["changedAt"] };

const DEPARTMENTS: CollectionSpec = {
  name: "catalog_departments",
  indexes: [
    BY_NODE,
    BY_KEY,
    BY_CHANGE,
    // Of this node, and of all, by the division that they serve.
    { name: "byDivision", fields: ["node", "value.division", "key"] },
    { name: "divisions", fields: ["value.division", "key"] },
    { name: "bySuperior", fields: ["node", "value.superiorCode", "key"] },
    PENDING_INDEX,
  ],
};

const SEALS: CollectionSpec = {
  name: "catalog_seals",
  indexes: [BY_NODE, BY_KEY, BY_DEPARTMENT, PENDING_INDEX],
};

const OPENINGS: CollectionSpec = {
  name: "catalog_openings",
  indexes: [BY_NODE, BY_DEPARTMENT, PENDING_INDEX],
};

const MATTERS: CollectionSpec = {
  name: "catalog_matters",
  indexes: [
    BY_NODE,
    BY_CHANGE,
    // By whose they are, of all nodes; and by what comes out of them or is expected of them.
    { name: "departments", fields: ["value.departmentCode", "key"] },
    { name: "issuedItems", fields: ["node", "value.issuedItems"], many: true },
    { name: "issuedByDepartments", fields: ["value.departmentCode", "value.issuedItems"], many: true },
    { name: "directoryCodes", fields: ["node", "value.directoryCode"] },
    PENDING_INDEX,
  ],
};

/** Each kind has a collection of its own, with what that kind is found by and nothing else. */
export const RECORDS: Readonly<Record<RecordKind, CollectionSpec>> = {
  department: DEPARTMENTS,
  seal: SEALS,
  opening: OPENINGS,
  matter: MATTERS,
};

/** Key of a registry document. */
export function recordId(kind: RecordKind, node: string, key: string): string {
  return `${kind}/${node}/${key}`;
}
