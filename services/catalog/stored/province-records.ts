import type { IssuingPeriod } from "../../domain/issuing-period.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** What was so until a time (RFC 3339, UTC); what still is so has none. Lists of it are kept oldest first. */
export type Timed<T> = T & { until?: string };

/**
 * Whose a key of the registry is, at the province: what crosses nodes is said here and by the province alone (5.8.3). `_id` is
 * `<kind>/<key>`.
 */
export interface OwnerDocument extends Stored {
  kind: "department" | "seal";
  key: string;
  /** Node whose records for the key count. */
  node: string;
  /** Other nodes whose records were refused: each may be confirmed as the owner. */
  claimants?: readonly string[];
  /** RFC 3339: when this last changed. */
  changedAt: string;
  /** Of a department that the province has confirmed. */
  body?: ConfirmedBody;
}

/** What the province has said of a department. */
export interface ConfirmedBody {
  /** Code again: only confirmed departments are in the index of bodies. */
  code: string;
  /** RFC 3339: when it was confirmed first. */
  confirmedAt: string;
  /** Nodes that owned it, the present one last. The first owned it from the beginning. */
  owners: readonly Timed<{ node: string }>[];
  /** Superiors that the province set, the present one last; where `superior` is absent, the owner's registry was followed. */
  set: readonly Timed<{ superior?: string }>[];
}

/** Collection of {@link OwnerDocument}. */
export const OWNERS: CollectionSpec = {
  name: "catalog_owners",
  indexes: [
    { name: "bodies", fields: ["body.code"], unique: true },
    { name: "changed", fields: ["changedAt"] },
  ],
};

/** Where a department issues an item (5.6.2, 5.1.3), as the province said. `_id` and `key` are `<department>/<item>`. */
export interface RightsDocument extends Stored {
  key: string;
  departmentCode: string;
  itemCode: string;
  /** Certificate type of the item, which it keeps for ever. */
  typeCode: string;
  /** Oldest first, never overlapping. */
  periods: readonly IssuingPeriod[];
  /** RFC 3339: when this last changed. */
  changedAt: string;
}

/** Collection of {@link RightsDocument}. */
export const RIGHTS: CollectionSpec = {
  name: "catalog_rights",
  indexes: [
    { name: "keys", fields: ["key"], unique: true },
    { name: "changed", fields: ["changedAt"] },
  ],
};

/** A key of a node, as the province listed it. */
export interface StoredNodeKey {
  /** Raw Ed25519 public key, Base64url. */
  key: string;
  /** RFC 3339, UTC. */
  since: string;
  until?: string;
  compromised?: true;
}

/** Keys of one node. `_id` and `key` are its code. */
export interface NodeKeysDocument extends Stored {
  key: string;
  /** Oldest first. */
  keys: readonly StoredNodeKey[];
}

/** Collection of {@link NodeKeysDocument}. */
export const NODE_KEYS: CollectionSpec = {
  name: "catalog_node_keys",
  indexes: [{ name: "keys", fields: ["key"], unique: true }],
};
