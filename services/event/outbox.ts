import { setImmediate as nextTurn } from "node:timers/promises";
import type { OutboxService } from "../../proto/gen/ecert/event/v1/outbox_service_pb.ts";
import { type Bell, createBell } from "../base/bell.ts";
import { createRounds } from "../base/rounds.ts";
import type { Handlers } from "../call/chain/service.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import { changeStored } from "../store/compare-and-set.ts";
import type { Collection, Store } from "../store/port.ts";
import { placeIn, placeToken } from "./collection-place.ts";
import { type HasPending, type ReadPending, readPending, type StoredEvent } from "./pending-events.ts";
import type { SetAside } from "./set-aside.ts";
import { causeOf } from "./set-aside-row.ts";

/**
 * Creates the bell that joins writers and the outbox of one process: it wakes whoever waits when a document with an event was stored. Other
 * replicas are noticed by polling.
 */
export function createOutboxBell(): Bell {
  return createBell({ remembers: false });
}

/** Milliseconds after which a waiting outbox looks again by itself, for what other replicas stored. */
const LOOK_AGAIN_MS = 250;
/** Of all outboxes of the process. */
const looks = createRounds(LOOK_AGAIN_MS);
/** A look takes no more than this share of the time, however much has been set aside. */
const SHARE = 10;
/** Payload of one answer, bytes; a single document's events may exceed it. */
const PAGE_BYTES = 4 << 20;
/** Writers that may come in between before an event is left to the next confirmation. */
const CLEAR_TRIES = 20;

/** A collection whose documents carry events. `source` is its name. */
export interface OutboxCollection {
  source: string;
  collection: Collection<HasPending>;
}

interface PageOfEvents {
  events: ReadPending["events"];
  /** Bytes of their payloads. */
  bytes: number;
  /** Behind the events; `undefined` where the collection has no more. */
  next: string | undefined;
}

/** What an outbox works with. */
export interface OutboxParts {
  collections: readonly OutboxCollection[];
  store: Pick<Store, "blobs" | "stamp">;
  bell: Bell;
  setAside: SetAside;
}

/**
 * Serves the outbox of one or more collections. Events are listed by collection, then by age; a page is filled from one collection after the other,
 * and may exceed its size by the events of one document, so that a document's events are never torn apart. Events that cannot be read are set aside with
 * their document (place `outbox`), and all others are listed.
 */
export function outboxHandlers({ collections, store, bell, setAside }: OutboxParts): Handlers<typeof OutboxService> {
  for (const { source, collection } of collections)
    setAside.onRetry("outbox", source, async ({ key }) => {
      const document = await collection.get(key);
      const fault = document && document.pending !== undefined && readPending(document).fault;
      if (fault) throw fault;
      bell.ring();
    });

  async function read({ source }: OutboxCollection, document: HasPending): Promise<ReadPending> {
    const found = readPending(document);
    if (found.fault)
      await setAside.tell({ place: "outbox", source, key: String(document._id), ...causeOf(found.fault) });
    return found;
  }

  /**
   * The events of one page of a collection, for which so many bytes are left, and the cursor behind it. A page that grows too large is read
   * again, shorter; into one that is empty yet any document goes.
   */
  async function pageOf(from: OutboxCollection, limit: number, after: string, room: number): Promise<PageOfEvents> {
    const page = await from.collection.query({ index: "pending", limit, ...(after && { after }) });
    const events: ReadPending["events"] = [];
    let bytes = 0;
    for (const [taken, document] of page.items.entries()) {
      const found = await read(from, document);
      const isFirst = bytes === 0 && room === PAGE_BYTES;
      if (!isFirst && bytes + found.bytes > room)
        return taken > 0 ? pageOf(from, taken, after, room) : { events: [], bytes: 0, next: after };
      bytes += found.bytes;
      events.push(...found.events);
    }
    return { events, bytes, next: page.next };
  }

  async function page(size: number, token: string, signal: AbortSignal) {
    let [place, after] = placeIn(token, collections.length);
    const events: ReadPending["events"] = [];
    for (let room = PAGE_BYTES; place < collections.length && !signal.aborted; await nextTurn()) {
      const source = collections[place] as OutboxCollection;
      const found = await pageOf(source, size - events.length, after, room);
      events.push(...found.events);
      room -= found.bytes;
      if (found.next === undefined) place += 1;
      const isFull = events.length >= size || room <= 0 || (events.length > 0 && found.next !== undefined);
      after = found.next ?? "";
      if (isFull) break;
    }
    return { events, next: events.length > 0 && place < collections.length ? placeToken([place, after]) : "" };
  }

  async function total(): Promise<number> {
    let found = 0;
    for (const { source, collection } of collections) {
      const unreadable = await setAside.keysOf("outbox", source, "");
      found += Math.max(0, (await collection.count("pending")) - unreadable.count);
    }
    return found;
  }

  /** Waits for a bell, or until it is time to look again: in `ms`, and only once somebody has written, where the store can tell. */
  async function waitForMore(ms: number, empty: { stamp: string | undefined; until: number }, signal: AbortSignal) {
    const from = performance.now();
    const left = empty.until - from;
    if (empty.stamp === undefined) return bell.wait(Math.min(left, ms), signal);
    const wanted = new AbortController();
    // In the round in which its time comes.
    const leave = looks.join(() => {
      if (performance.now() - from >= ms - LOOK_AGAIN_MS && hasChanged(empty.stamp)) wanted.abort();
    });
    await bell.wait(left, AbortSignal.any([signal, wanted.signal]));
    leave();
  }

  /** A store that is away says so to whoever reads it next. */
  function hasChanged(stamp: string | undefined): boolean {
    try {
      return store.stamp() !== stamp;
    } catch {
      return true;
    }
  }

  async function clear({ source, collection }: OutboxCollection, key: string, sha256?: string): Promise<number> {
    try {
      return await clearOne(collection, key, sha256);
    } catch (error) {
      // The store may be away: then all wait. What is wrong with one document stops none of the others.
      if (error instanceof Refusal && error.retryAfterMs !== undefined) throw error;
      await setAside.tell({ place: "outbox", source, key: idIn(key), ...causeOf(error) });
      return 0;
    }
  }

  return {
    async listPendingEvents(request, { signal }) {
      const size = request.pageSize || 100;
      const until = performance.now() + request.waitMs;
      for (;;) {
        const begun = performance.now();
        const stamp = store.stamp();
        const { events, next } = await page(size, request.pageToken, signal);
        if (events.length > 0 || performance.now() >= until || signal.aborted)
          return { events, nextPageToken: next, ...(request.count && { total: BigInt(await total()) }) };
        await waitForMore(Math.max(LOOK_AGAIN_MS, SHARE * (performance.now() - begun)), { stamp, until }, signal);
      }
    },

    async confirmEvents({ keys, payloadSha256 }) {
      const [told, wanted] = [payloadSha256.length, keys.length];
      if (told > 0 && told !== wanted)
        throw refuseField(
          "INVALID_FIELD",
          "payload_sha256",
          `are ${told} for ${wanted} keys`,
          "send one for each key",
          `${wanted}个键对应${told}个摘要，请逐一对应`,
        );
      let cleared = 0;
      for (const [index, key] of keys.entries())
        for (const collection of collections) cleared += await clear(collection, key, payloadSha256[index]);
      return { cleared };
    },

    async getBlob({ sha256, recipe: asRecipe }) {
      const recipe = asRecipe ? await store.blobs.recipe(sha256) : undefined;
      if (recipe) return { content: recipe, isRecipe: true };
      const content = await store.blobs.get(sha256);
      if (!content) throw new Refusal("CERTIFICATE_UNKNOWN", `no blob ${sha256}`, { metadata: { sha256 } });
      return { content };
    },
  };
}

/** Takes one event out of its document, again and again until nobody else writes in between; with a digest only the event with that payload. */
async function clearOne(collection: Collection<HasPending>, key: string, sha256?: string): Promise<number> {
  const isIt = (event: StoredEvent | null) =>
    event?.key === key && (sha256 === undefined || sha256Hex(Buffer.from(String(event.payload), "base64")) === sha256);
  const without = (document: HasPending | undefined): HasPending | undefined => {
    const before: unknown = document?.pending;
    if (!document || !Array.isArray(before)) return undefined;
    const pending = (before as (StoredEvent | null)[]).filter((event) => !isIt(event)) as StoredEvent[];
    if (pending.length === before.length) return undefined;
    const { pending: _old, pendingSince, ...rest } = document;
    // What cannot be read stays, under the time that its document was pending since.
    const since = pending[0]?.occurredAt;
    const oldest = typeof since === "string" ? since : (pendingSince ?? "");
    return pending.length > 0 ? { ...rest, pending, pendingSince: oldest } : rest;
  };
  const spent = () => {
    throw new Refusal("STATE_CONFLICT", `event ${key} cannot be cleared: its document never is as it was read`);
  };
  return (await changeStored(collection, idIn(key), without, { tries: CLEAR_TRIES, spent })) ? 1 : 0;
}

function idIn(key: string): string {
  return key.slice(0, key.lastIndexOf(":"));
}
