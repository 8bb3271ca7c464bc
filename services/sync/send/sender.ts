import type { PendingEvent, Receipt } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { EventLink } from "../../event/event-link.ts";
import type { ServiceName } from "../../host/config.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { SyncOptions } from "../options.ts";
import type { LinkGate } from "../wire/link-gate.ts";
import type { StuckEvent } from "../wire/passing.ts";
import type { Peer } from "../wire/topology.ts";
import type { BlobCourier } from "./blob-courier.ts";
import type { NumberedEvent } from "./flight.ts";
import type { Outgoing } from "./outgoing.ts";
import type { OutgoingRow } from "./outgoing-rows.ts";

/** What became of an event that was offered. `held`: it is set aside, see {@link HeldEvents}. A row: the peer confirmed it before. */
export type Offered = "full" | "flying" | "held" | OutgoingRow;

/** Sends events to one peer until it has confirmed them. */
export interface Sender {
  /**
   * Takes an event unless `window` events are waiting already. While the link's gate is closed nothing is taken, numbered or sent. An event
   * that flies or is confirmed is not taken twice.
   */
  offer(source: ServiceName, event: PendingEvent): Promise<Offered>;
  /** Takes a receipt whose signature was verified. Returns the event that it confirms, or `undefined` if it fits none. */
  received(receipt: Receipt): NumberedEvent | undefined;
  /** Sends until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Events that wait for a receipt. */
  readonly waiting: number;
  /** No event is taken now: `window` wait already, or the link's gate is closed. */
  readonly full: boolean;
  /** Forgets all events that fly: their numbers are given up. They are taken again when they are offered. */
  forget(): void;
  /** The waiting event with the lowest number. */
  readonly oldest: OutgoingRow | undefined;
  /** The last event could be handed over, and the stream took it. */
  readonly reached: boolean;
  /** Why the stream did not take the last event that was handed over; `undefined`: it did. */
  readonly streamFault: Refusal | undefined;
  /** The event that has waited longest, where it was tried in vain. */
  readonly stuck: StuckEvent | undefined;
}

/** What a sender works with. */
export interface SenderParts {
  runtime: Runtime;
  events: EventLink;
  peer: Peer;
  outgoing: Outgoing;
  courier: BlobCourier;
  options: SyncOptions;
  gate: LinkGate;
  /** Told of an event whose receipt another process of this node has taken. */
  elsewhere(row: OutgoingRow): void;
}
