import { create, toBinary } from "@bufbuild/protobuf";
import type { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import { HourTallySchema } from "../../proto/gen/ecert/supervision/v1/tally_pb.ts";
import type { Bell } from "../base/bell.ts";
import { pause } from "../base/pause.ts";
import { randomHex } from "../base/random-hex.ts";
import { formatShanghaiTime } from "../domain/civil-date.ts";
import { instantOf } from "../domain/instant.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Logger } from "../host/log.ts";
import { changeStored } from "../store/compare-and-set.ts";
import type { CollectionSpec, Store } from "../store/port.ts";
import { type GuardedCollection, guardedCollection } from "./guarded-collection.ts";
import { type HistorySource, historyOf } from "./history.ts";
import { type HasPending, PENDING_INDEX, withEvent } from "./pending-events.ts";
import type { SetAside } from "./set-aside.ts";

/** What one number counts: an action, the reason of a refusal, a kind, a matter. Empty texts: none. */
export interface TallyCell {
  action: string;
  reason?: string;
  item?: string;
  matter?: string;
}

/** An hour of a department, as it was counted so far; `_id` is hour and department, of the hour of the node itself the hour alone. */
export interface HourDocument extends HasPending {
  /** Hour of Asia/Shanghai, `yyyy-MM-ddTHH`. */
  hour: string;
  /** Empty: the hour of the node, which is told for its own sake. */
  department: string;
  /** By what is counted, as JSON of the four texts. */
  counts: Readonly<Record<string, number>>;
  /** What each process has added last, so that an addition whose answer was lost is not made again. */
  added: Readonly<Record<string, number>>;
  /** Times that it was told. */
  changes: number;
  /** The hour again, until it was told for the first time. */
  open?: string;
}

/** Indexes of a collection of such documents. */
export const HOUR_INDEXES: CollectionSpec["indexes"] = [
  { name: "open", fields: ["open"] },
  { name: "hours", fields: ["hour"] },
  PENDING_INDEX,
];

/** Numbers are added to the store so often, milliseconds: a process that is killed loses what it counted since, and nothing else. */
export const ADDED_EVERY_MS = 5_000;
/** An hour is told so long after its end, milliseconds, so that every process has added what it counted. */
export const TOLD_AFTER_MS = 30_000;
/** What was told and is pending no more is removed after so many days. */
const KEPT_DAYS = 90;
/**
 * Numbers of an hour of a department that are told apart by kind and matter: whoever makes these up must fill neither memory nor a document. What
 * comes beyond is counted without them, so that sums stay right.
 */
export const MAX_CELLS = 5_000;
const AT_ONCE = 500;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Counts by hour, and tells each hour by an event when it is over. */
export interface HourTally {
  /** Adds one. Never throws, and makes nobody wait. */
  count(department: string, cell: TallyCell): void;
  /** Adds to the store what was counted, and tells the hours that are over. */
  flush(): Promise<void>;
  /** Works until the signal aborts, then adds the rest. */
  run(signal: AbortSignal): Promise<void>;
}

/** What a tally works with. `kind` is that of its events. */
export interface HourTallyParts {
  spec: CollectionSpec;
  kind: EventKind;
  bell: Bell;
  runtime: { store: Store; setAside: SetAside; log: Logger; now(): Date };
}

/** Opens a tally, whose collection has the indexes of {@link HOUR_INDEXES} and is served by its service's outbox. */
export async function openHourTally({ spec, kind, bell, runtime }: HourTallyParts): Promise<HourTally> {
  const { log, now } = runtime;
  const hours = await openHours(spec, runtime);
  const process = randomHex(8);
  let turn = 0;
  /** By hour and department. */
  const counted = new Map<string, Map<string, number>>();
  /** What could not be added stays as it was taken, under the turn that it was tried with. */
  const adding = new Map<string, { turn: number; cells: Map<string, number> }>();

  async function add(): Promise<void> {
    for (const [id, cells] of counted) {
      if (adding.has(id)) continue;
      adding.set(id, { turn: ++turn, cells });
      counted.delete(id);
    }
    for (const [id, taken] of adding) {
      // What waits for a document that cannot be read keeps nothing else from being added.
      if (await unlessUnreadable(() => changeStored(hours, id, (old) => added(old, id, taken)))) adding.delete(id);
    }
  }

  function added(old: HourDocument | undefined, id: string, taken: { turn: number; cells: Map<string, number> }) {
    if ((old?.added[process] ?? 0) >= taken.turn) return old;
    const [hour = "", department = ""] = id.split("/");
    const fresh = { _id: id, revision: 1, hour, department, counts: {}, added: {}, changes: 0, open: hour };
    const document: HourDocument = old ?? fresh;
    const counts: Record<string, number> = { ...document.counts };
    let apart = Object.keys(counts).length;
    for (const [key, count] of taken.cells) {
      const kept = Object.hasOwn(counts, key) || apart < MAX_CELLS ? key : withoutPlace(key);
      if (!Object.hasOwn(counts, kept)) apart += 1;
      counts[kept] = (counts[kept] ?? 0) + count;
    }
    const next = { ...document, counts, added: { ...document.added, [process]: taken.turn } };
    // What comes behind the hour's end is told by itself.
    return next.open === undefined ? told(next) : next;
  }

  function told({ open: _open, ...document }: HourDocument): HourDocument {
    const next = { ...document, changes: document.changes + 1 };
    const { payload, ...event } = eventOf(kind, next, now().toISOString());
    return withEvent(next, { ...event, payload: Buffer.from(payload).toString("base64"), blobs: [] });
  }

  /** Tells the hours that are over, that of the node among them. */
  async function tell(): Promise<void> {
    const over = hourOf(new Date(now().getTime() - TOLD_AFTER_MS));
    const last = hourOf(new Date(now().getTime() - TOLD_AFTER_MS - HOUR_MS));
    const begun = () => added(undefined, `${last}/`, { turn: 1, cells: new Map() });
    await unlessUnreadable(() => changeStored(hours, `${last}/`, (old) => old ?? begun()));
    let after: string | undefined;
    do {
      const query = { index: "open", to: over, limit: AT_ONCE };
      const page = await hours.query({ ...query, ...(after !== undefined && { after }) });
      for (const { _id } of page.items)
        await changeStored(hours, _id, (old) => (old?.open === undefined ? old : told(old)));
      after = page.next;
    } while (after !== undefined);
    bell.ring();
  }

  async function removeOld(): Promise<void> {
    const to = hourOf(new Date(now().getTime() - KEPT_DAYS * DAY_MS));
    let after: string | undefined;
    do {
      const page = await hours.query({ index: "hours", to, limit: AT_ONCE, ...(after !== undefined && { after }) });
      for (const { _id, revision, pending } of page.items) if (!pending) await hours.remove(_id, revision);
      after = page.next;
    } while (after !== undefined);
  }

  let toldAt = "";
  async function flush(): Promise<void> {
    await add();
    const over = hourOf(new Date(now().getTime() - TOLD_AFTER_MS));
    if (over === toldAt) return;
    await tell();
    await removeOld();
    toldAt = over;
  }

  return {
    count(department, { action, reason = "", item = "", matter = "" }) {
      const id = `${hourOf(now())}/${department}`;
      const cells = counted.get(id) ?? new Map<string, number>();
      counted.set(id, cells);
      const named = JSON.stringify([action, reason, item, matter]);
      const key = cells.has(named) || cells.size < MAX_CELLS ? named : withoutPlace(named);
      cells.set(key, (cells.get(key) ?? 0) + 1);
    },
    flush,
    async run(signal) {
      const attempt = () => flush().catch((error) => log.warn({ error: String(error) }, "counts could not be added"));
      while (!signal.aborted) {
        await attempt();
        await pause(ADDED_EVERY_MS, signal, { ref: false });
      }
      await attempt();
    },
  };
}

/** Opens hours. One that cannot be read is set aside (place `store`), and all others are counted and told. */
export async function openHours(
  spec: CollectionSpec,
  { store, setAside }: { store: Store; setAside: SetAside },
): Promise<GuardedCollection<HourDocument>> {
  const collection = await store.collection<HourDocument>(spec);
  const isCount = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const check = ({ hour, department, counts, added, changes }: HourDocument) => {
    const sound = typeof hour === "string" && typeof department === "string" && Number.isSafeInteger(changes);
    const numbers = [counts, added].every((of) => isCount(of) && Object.values(of).every(Number.isSafeInteger));
    if (!sound || !numbers) throw new Refusal("RECORD_UNREADABLE", "the hour lacks members or has wrong ones");
  };
  return guardedCollection({ collection, setAside, place: "store", source: spec.name, check });
}

/** The hours of this node that were told, as they were told last. */
export async function hourHistory(
  spec: CollectionSpec,
  kind: EventKind,
  { store, setAside, config }: Parameters<typeof openHours>[1] & { config: { node: { code: string } } },
): Promise<HistorySource> {
  const hours = await openHours(spec, { store, setAside });
  return historyOf(hours, "hours", (document) => {
    // One that is open is told in time.
    if (document.open !== undefined) return undefined;
    const { revision, ...event } = eventOf(kind, document, endOf(document.hour));
    return { node: config.node.code, event: { ...event, aggregateId: document._id, revision: BigInt(revision) } };
  });
}

/** An hour as its event tells it. */
function eventOf(kind: EventKind, { _id: id, hour, department, counts, changes }: HourDocument, occurredAt: string) {
  const cells = Object.entries(counts).map(([key, count]) => {
    const [action, reason, itemCode, matterCode] = JSON.parse(key) as [string, string, string, string];
    return { action, reason, itemCode, matterCode, count: BigInt(count) };
  });
  const tally = create(HourTallySchema, { hour, departmentCode: department, cells });
  return { key: `${id}:${changes}`, kind, revision: changes, payload: toBinary(HourTallySchema, tally), occurredAt };
}

/** When an hour was over, RFC 3339, UTC. */
function endOf(hour: string): string {
  return new Date(instantOf(`${hour}:00:00+08:00`) + HOUR_MS).toISOString();
}

/** The number of an action and a reason whatever it is of. */
function withoutPlace(key: string): string {
  const [action, reason] = JSON.parse(key) as string[];
  return JSON.stringify([action, reason, "", ""]);
}

/** Whether it was done; `false` where its document cannot be read. */
async function unlessUnreadable(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "RECORD_UNREADABLE") return false;
    throw error;
  }
}

function hourOf(instant: Date): string {
  return formatShanghaiTime(instant).slice(0, 13);
}
