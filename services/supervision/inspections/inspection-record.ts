import { digestOf, type JsonObject } from "../../domain/canonical.ts";
import type { Reach } from "../../domain/permit.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Query, Stored } from "../../store/port.ts";
import { within } from "../counted/within.ts";
import type { Snapshot } from "./snapshot.ts";

/** A snapshot as it is kept; `_id` is division and quarter. Written once. */
export interface InspectionDocument extends Stored {
  division: string;
  quarter: string;
  snapshot: Snapshot;
  /** SHA-256 (hex) of the canonical bytes of the snapshot. */
  sha256: string;
}

export const INSPECTIONS: CollectionSpec = {
  name: "supervision_inspections",
  indexes: [{ name: "divisions", fields: ["division", "quarter"] }],
};

/** Opens the inspections. One that is not what was frozen any more is set aside (place `store`). */
export async function openInspections({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<InspectionDocument>> {
  const collection = await store.collection<InspectionDocument>(INSPECTIONS);
  const check = ({ division, quarter, snapshot, sha256 }: InspectionDocument) => {
    const texts = typeof division === "string" && typeof quarter === "string" && Array.isArray(snapshot?.rows);
    if (texts && sha256 === snapshotDigest(snapshot)) return;
    throw new Refusal("RECORD_UNREADABLE", "the inspection is not what was frozen");
  };
  return guardedCollection({ collection, setAside, place: "store", source: INSPECTIONS.name, check });
}

/** The digest of a snapshot. */
export function snapshotDigest(snapshot: Snapshot): string {
  return digestOf(snapshot as unknown as JsonObject);
}

/** Key of an inspection. */
export function inspectionId(division: string, quarter: string): string {
  return `${division}/${quarter}`;
}

/** The part of a query that holds it to what a caller may meet; `undefined`: nothing is. */
export function inspectionsWithin(reach: Reach): Omit<Query, "limit" | "after"> | undefined {
  if (reach.kind !== "all" && reach.kind !== "division") return undefined;
  const prefix = reach.kind === "all" ? "" : reach.prefix;
  return { index: "divisions", ...(prefix !== "" && { from: prefix, to: `${prefix}:` }) };
}

/** Whether a division lies within reach, with all below. */
export function isInspectable(reach: Reach, division: string): boolean {
  if (reach.kind === "department") return false;
  const bounds = within(reach, { division, department: "" });
  return bounds !== undefined && bounds.prefix === within({ kind: "all" }, { division, department: "" })?.prefix;
}

/** The refusal of an inspection that is not there, or beyond reach. */
export function inspectionUnknown(): Refusal {
  const remedy = "take one of ListInspections, or freeze the quarter first";
  return refuseField(
    "INSPECTION_UNKNOWN",
    "quarter",
    "is not frozen",
    remedy,
    "该季度尚未冻结，请先冻结或从列表中选取",
  );
}
