import type { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import type { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Blobs, Collection, IndexSpec, Stored } from "../store/port.ts";
import type { Handlers } from "./service.ts";

/** An event as it rides in the document of its aggregate until a receipt clears it (design §4). */
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

/** Adds an event to a document that is about to be stored. */
export function withEvent<T extends HasPending>(document: T, event: StoredEvent): T {
  return {
    ...document,
    pending: [...(document.pending ?? []), event],
    pendingSince: document.pendingSince ?? event.occurredAt,
  };
}

/** Wakes a waiting outbox of this process when a document with an event was stored. */
export interface OutboxBell {
  ring(): void;
  /** Resolves at the next ring, after `ms`, or when the signal aborts, whichever is first. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

/** Creates the bell that joins writers and the outbox of one process. Other replicas are noticed by polling. */
export function createOutboxBell(): OutboxBell {
  const waiting = new Set<() => void>();
  return {
    ring() {
      for (const wake of [...waiting]) wake();
    },
    wait(ms, signal) {
      return new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener("abort", done);
        waiting.add(done);
        if (signal.aborted) done();
      });
    },
  };
}

/** Milliseconds after which a waiting outbox looks again by itself, for what other replicas stored. */
const LOOK_AGAIN_MS = 250;

/**
 * Serves the outbox of one or more collections. Events are listed by collection, then by age; a page may exceed its size
 * by the events of one document, so that a document's events are never torn apart.
 */
export function outboxHandlers(options: {
  collections: readonly Collection<HasPending>[];
  blobs: Blobs;
  bell: OutboxBell;
}): Handlers<typeof OutboxService> {
  const { collections, blobs, bell } = options;

  async function page(size: number, token: string) {
    const [place, cursor] = token
      ? (JSON.parse(Buffer.from(token, "base64url").toString()) as [number, string])
      : [0, ""];
    for (let index = place; index < collections.length; index++) {
      const collection = collections[index] as Collection<HasPending>;
      const after = index === place && cursor ? { after: cursor } : {};
      const found = await collection.query({ index: "pending", limit: size, ...after });
      if (found.items.length === 0) continue;
      const next = found.next ? [index, found.next] : index + 1 < collections.length ? [index + 1, ""] : undefined;
      return { events: found.items.flatMap((item) => item.pending ?? []), next: next ? encode(next) : "" };
    }
    return { events: [], next: "" };
  }

  return {
    async listPendingEvents(request, call) {
      const size = request.pageSize || 100;
      const until = Date.now() + request.waitMs;
      for (;;) {
        const found = await page(size, request.pageToken);
        const left = until - Date.now();
        if (found.events.length > 0 || left <= 0 || call.signal.aborted) {
          const events = found.events.map((event) => ({
            key: event.key,
            kind: event.kind,
            aggregateId: event.key.slice(0, event.key.lastIndexOf(":")),
            revision: BigInt(event.revision),
            payload: Buffer.from(event.payload, "base64"),
            blobs: event.blobs,
            occurredAt: event.occurredAt,
          }));
          return { events, nextPageToken: found.next };
        }
        await bell.wait(Math.min(left, LOOK_AGAIN_MS), call.signal);
      }
    },

    async confirmEvents({ keys }) {
      let cleared = 0;
      for (const key of keys) {
        for (const collection of collections) cleared += await clear(collection, key);
      }
      return { cleared };
    },

    async getBlob({ sha256 }) {
      const content = await blobs.get(sha256);
      if (!content) throw new Refusal("CERTIFICATE_UNKNOWN", `no blob ${sha256}`, { metadata: { sha256 } });
      return { content };
    },
  };
}

/** Takes one event out of its document, again and again until nobody else writes in between. */
async function clear(collection: Collection<HasPending>, key: string): Promise<number> {
  const id = key.slice(0, key.lastIndexOf(":"));
  for (;;) {
    const document = await collection.get(id);
    if (!document?.pending?.some((event) => event.key === key)) return 0;
    const pending = document.pending.filter((event) => event.key !== key);
    const { pending: _old, pendingSince: _since, ...rest } = document;
    const oldest = pending[0];
    const cleared: HasPending = oldest ? { ...rest, pending, pendingSince: oldest.occurredAt } : rest;
    if (await collection.replace(cleared)) return 1;
  }
}

function encode(token: (number | string)[]): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}
