import type { PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { Refusal } from "../../domain/refusal.ts";
import type { StuckEvent } from "../wire/passing.ts";
import type { OutgoingRow } from "./outgoing-rows.ts";

/** An event that has its number for a peer. */
export interface NumberedEvent {
  row: OutgoingRow;
  event: PendingEvent;
}

/** An event that waits for a receipt. */
export interface Flight extends NumberedEvent {
  /** Times that it was handed to the stream, and that the stream took it. */
  tries: number;
  taken: number;
  /** Why it could not be handed over the last time. */
  fault: Refusal | undefined;
  /** It goes by a message of its own: of the one that it went by with others the stream said that it is wrong. */
  alone?: true;
  /** When it is handed over (again), milliseconds of the monotonic clock; `undefined` while that is being done. */
  due: number | undefined;
}

/** The event that has waited longest, of the oldest that flies, where it was tried in vain, and the oldest that is held. */
export function stuckOf(oldest: Flight | undefined, held: StuckEvent | undefined): StuckEvent | undefined {
  if (!oldest || (oldest.tries < 2 && !oldest.fault)) return held;
  const { row, tries, fault } = oldest;
  if (held && held.since < row.numberedAt) return held;
  const { reason = "PEER_AWAY", message: detail = "the peer has not confirmed it" } = fault ?? {};
  return { key: row.key, number: BigInt(row.number), since: row.numberedAt, tries: BigInt(tries), reason, detail };
}
