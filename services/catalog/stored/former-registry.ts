import { PENDING_INDEX } from "../../event/pending-events.ts";
import type { CollectionSpec } from "../../store/port.ts";

/**
 * Where departments, seals, openings and matters lay together, and apps once did, before each kind had a collection of its own. What lies here
 * was stored by a process of before; nothing is read of it but to be carried over.
 */
export const FORMER_REGISTRY: CollectionSpec = {
  name: "catalog_registry",
  indexes: [
    { name: "records", fields: ["kind", "node", "key"], unique: true },
    { name: "changed", fields: ["kind", "changedAt"] },
    PENDING_INDEX,
  ],
};
