import type { MessageInitShape } from "@bufbuild/protobuf";
import { EventKind, type PendingEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import type { IndexSpec, Stored } from "../store/port.ts";

/** An event as it rides in the document of its aggregate until a receipt clears it. */
export interface StoredEvent {
  /** `<aggregate id>:<revision>` */
  key: string;
  kind: EventKind;
  revision: number;
  /** Base64. */
  payload: string;
  blobs: string[];
  /** RFC 3339. */
  occurredAt: string;
}

/** What a document with pending events carries. `pendingSince` exists only while something is pending. */
export interface HasPending extends Stored {
  pending?: StoredEvent[];
  /** RFC 3339 time of the oldest pending event: the outbox reads in its order. */
  pendingSince?: string;
}

/** Declare this index on every collection whose documents carry events. */
export const PENDING_INDEX: IndexSpec = { name: "pending", fields: ["pendingSince"] };

/** Adds an event to a document that is about to be stored. What is pending and cannot be read stays, and stays set aside. */
export function withEvent<T extends HasPending>(document: T, event: StoredEvent): T {
  const { pending = [], pendingSince } = document;
  return {
    ...document,
    pending: [...(Array.isArray(pending) ? pending : [pending]), event],
    pendingSince: typeof pendingSince === "string" ? pendingSince : event.occurredAt,
  };
}

/** Bytes of an event's payload: with its envelope it fits into a message of the streams, which take 8 MiB. */
export const EVENT_BYTES = 7 << 20;
/** Blobs that one event may name: faces and attachments of a certificate are far fewer. */
export const EVENT_BLOBS = 1_000;

/** What was read of a document's pending events. */
export interface ReadPending {
  events: MessageInitShape<typeof PendingEventSchema>[];
  /** Bytes of all payloads. */
  bytes: number;
  /** Why the others, or all, cannot be read. */
  fault?: Refusal;
}

/** Reads the pending events of a document, whatever is stored there. Each stands for itself: one does not stop the others. */
export function readPending({ _id: id, pending }: HasPending): ReadPending {
  const stored: unknown = pending;
  if (!Array.isArray(stored)) return { events: [], bytes: 0, fault: wrong("pending", "is no list") };
  const read: ReadPending = { events: [], bytes: 0 };
  for (const [index, event] of stored.entries()) {
    try {
      const { payload, ...rest } = readEvent(id, event, `pending[${index}]`);
      read.events.push({ payload, ...rest });
      read.bytes += payload.length;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      read.fault ??= error;
    }
  }
  return read;
}

function readEvent(id: string, stored: unknown, at: string) {
  if (typeof stored !== "object" || stored === null) throw wrong(at, "is no event");
  const { key, kind, revision, payload, blobs, occurredAt } = stored as Record<keyof StoredEvent, unknown>;
  if (typeof revision !== "number" || !Number.isSafeInteger(revision) || revision < 0)
    throw wrong(`${at}.revision`, "is no revision");
  // Whoever confirms it finds the document by the key.
  if (key !== `${id}:${revision}` || key.length > 200) throw wrong(`${at}.key`, "does not name document and revision");
  if (!isKind(kind) || kind === EventKind.UNSPECIFIED) throw wrong(`${at}.kind`, "is no kind of event");
  if (typeof occurredAt !== "string" || Number.isNaN(instantOf(occurredAt)))
    throw wrong(`${at}.occurredAt`, "is no time");
  if (!Array.isArray(blobs) || blobs.length > EVENT_BLOBS || !blobs.every(isDigest))
    throw wrong(`${at}.blobs`, "are no digests");
  return {
    key,
    kind,
    aggregateId: id,
    revision: BigInt(revision),
    payload: payloadOf(payload, at),
    blobs: blobs as string[],
    occurredAt,
  };
}

function payloadOf(payload: unknown, at: string): Buffer {
  if (typeof payload !== "string") throw wrong(`${at}.payload`, "is no base64");
  if (payload.length > Math.ceil(EVENT_BYTES / 3) * 4)
    throw new Refusal("TOO_LARGE", `${at}.payload: larger than ${EVENT_BYTES} bytes`);
  const bytes = Buffer.from(payload, "base64");
  // The decoder leaves out what it does not know.
  if (bytes.toString("base64") !== payload) throw wrong(`${at}.payload`, "is no base64");
  return bytes;
}

function isKind(value: unknown): value is EventKind {
  return (Object.values(EventKind) as unknown[]).includes(value);
}

function isDigest(value: unknown): boolean {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function wrong(at: string, what: string): Refusal {
  return new Refusal("RECORD_UNREADABLE", `${at}: ${what}`);
}
