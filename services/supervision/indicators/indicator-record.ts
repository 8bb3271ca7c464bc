import type { JsonObject } from "../../domain/canonical.ts";
import { type Indicator, parseIndicator } from "../../domain/indicator.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** An indicator as this node defines it; `_id` is its id. */
export interface IndicatorDocument extends Stored {
  id: string;
  name: string;
  definition: JsonObject;
}

/** Indicators of a node at most: with that many the inspection of all its departments still is one document. */
export const MAX_INDICATORS = 50;

export const INDICATORS: CollectionSpec = {
  name: "supervision_indicators",
  indexes: [{ name: "all", fields: ["id"] }],
};

/** Opens the indicators. One that cannot be read is set aside (place `store`), and the others are told. */
export async function openIndicators({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<IndicatorDocument>> {
  const collection = await store.collection<IndicatorDocument>(INDICATORS);
  const check = ({ id, name, definition }: IndicatorDocument) => {
    const isObject = typeof definition === "object" && definition !== null && !Array.isArray(definition);
    if (typeof id !== "string" || typeof name !== "string" || !isObject)
      throw new Refusal("RECORD_UNREADABLE", "the indicator lacks members or has wrong ones");
    parseIndicator(definition);
  };
  return guardedCollection({ collection, setAside, place: "store", source: INDICATORS.name, check });
}

/** An indicator that can be computed. */
export interface NamedIndicator {
  id: string;
  name: string;
  indicator: Indicator;
}

/** Reads a stored one. */
export function namedIndicator({ id, name, definition }: IndicatorDocument): NamedIndicator {
  return { id, name, indicator: parseIndicator(definition) };
}
