import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";

/** States of a delivery. */
export type DeliveryState = "waiting" | "delivered" | "given-up";

/** An event on its way to a receiver. `_id` is `<extension>/<receiver>/<key of the event>`, so that an event that arrives again makes no second one. */
export interface DeliveryDocument extends Stored {
  extension: string;
  receiver: string;
  event: string;
  state: DeliveryState;
  /** What is sent, JSON: the same octets with every attempt. */
  body: string;
  occurredAt: string;
  attempts: number;
  /** RFC 3339; while it waits. A process that sends it puts this ahead, so that no other one does at the same time. */
  nextAt?: string;
  lastFault?: string;
  /** RFC 3339: when it came to its end. */
  endedAt?: string;
}

export const DELIVERIES: CollectionSpec = {
  name: "extension_deliveries",
  indexes: [
    { name: "due", fields: ["nextAt"] },
    { name: "dueOf", fields: ["extension", "receiver", "nextAt"] },
    { name: "states", fields: ["state", "occurredAt"] },
    { name: "receivers", fields: ["extension", "receiver", "state"] },
    { name: "ended", fields: ["endedAt"] },
  ],
};

/** Opens the deliveries. One that cannot be read is set aside (place `registry`). */
export async function openDeliveries({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<DeliveryDocument>> {
  const collection = await store.collection<DeliveryDocument>(DELIVERIES);
  return guardedCollection({ collection, setAside, place: "registry", source: DELIVERIES.name, check });
}

function check({ extension, receiver, event, state, body, occurredAt, attempts }: DeliveryDocument): void {
  const texts = [extension, receiver, event, state, body, occurredAt].every((value) => typeof value === "string");
  if (!texts || !Number.isSafeInteger(attempts))
    throw new Refusal("RECORD_UNREADABLE", "the delivery lacks members or has wrong ones");
}
