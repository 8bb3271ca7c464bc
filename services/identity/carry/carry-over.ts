import type { Client } from "@connectrpc/connect";
import type { FormerAppsService, FormerRow } from "../../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import { atMost, pause } from "../../base/pause.ts";
import { Refusal } from "../../domain/refusal.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import type { AppRoom } from "../apps/app-room.ts";
import { carryRow, reference } from "./carried-row.ts";

/** How long a row stays where it was, milliseconds: until then a process of before may still read and change it. As long as a token lives. */
export const STAYS_MS = 15 * 60_000;
/** Pause between two looks while there are rows: so long a change by a process of before may be unknown here. */
export const LOOK_AGAIN_MS = 5_000;
/** Pause while there are none, since one of before may be started by mistake. */
const LOOK_EVERY_MS = 60_000;
/** Pause while the catalog cannot be asked. */
const TRY_AGAIN_MS = 500;
/** How long calls wait for the first look of a node's life. */
const FIRST_MS = 10_000;
/** Rows that are asked for at a time: the largest has some tens of kilobytes. */
const PAGE = 50;
const ANSWER_MS = 15_000;
const MARK = "apps";

/** That everything was carried over once. `_id`: what. */
interface CarriedDocument extends Stored {
  /** RFC 3339. */
  at: string;
}

export const CARRIED: CollectionSpec = { name: "identity_carried", indexes: [] };

/** Carries over what the catalog kept of apps before the identity service did. */
export interface CarryOver {
  /** Resolves once all was carried over that was there; waits 10 s at most. Throws `PEER_AWAY`. */
  require(): Promise<void>;
  /** Resolves once all was carried over that was there. */
  done: Promise<void>;
  /** Looks again and again until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** A sentence for operators while accounts wait. */
  notices(): string[];
}

/** A row that was carried over. */
interface Seen {
  revision: bigint;
  /** Milliseconds of the process. */
  since: number;
  mayGo: boolean;
}

/** Opens it: a node whose apps were carried over once serves them without asking. */
export async function openCarryOver(
  room: AppRoom,
  catalog: Pick<Client<typeof FormerAppsService>, "listFormerApps" | "dropFormerApps">,
  { lookAgainMs = LOOK_AGAIN_MS }: { lookAgainMs?: number } = {},
): Promise<CarryOver> {
  const { runtime } = room;
  const { log, now, monotonic } = runtime;
  const marks = await runtime.store.collection<CarriedDocument>(CARRIED);
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let isDone = (await marks.get(MARK)) !== undefined;
  if (isDone) resolve();
  let seen: ReadonlyMap<string, Seen> = new Map();

  /** All that is there, carried over; what has lain there long enough is dropped. */
  async function look(signal: AbortSignal): Promise<void> {
    const found = new Map<string, Seen>();
    const old: FormerRow[] = [];
    for (let pageToken = "", more = true; more; ) {
      const page = await catalog.listFormerApps({ pageSize: PAGE, pageToken }, { signal, timeoutMs: ANSWER_MS });
      for (const row of page.rows) {
        const key = `${row.kind} ${row.id}`;
        const last = seen.get(key);
        const known = last?.revision === row.revision ? last : await carried(row);
        found.set(key, known);
        if (known.mayGo && monotonic() - known.since >= STAYS_MS) old.push(reference(row));
      }
      pageToken = page.nextPageToken;
      more = pageToken !== "";
    }
    seen = found;
    for (let from = 0; from < old.length; from += PAGE) {
      const rows = old.slice(from, from + PAGE);
      await catalog.dropFormerApps({ rows }, { signal, timeoutMs: ANSWER_MS });
    }
    if (!isDone) await mark();
  }

  async function carried(row: FormerRow): Promise<Seen> {
    const mayGo = await carryRow(room, row);
    return { revision: row.revision, since: monotonic(), mayGo };
  }

  async function mark(): Promise<void> {
    // Another process may have been first.
    await insertNew(marks, { _id: MARK, revision: 1, at: now().toISOString() });
    isDone = true;
    if (seen.size > 0) log.info({ rows: seen.size }, "apps were carried over from the catalog");
    resolve();
  }

  return {
    done,
    async require() {
      if (!isDone) await atMost(done, FIRST_MS);
      if (isDone) return;
      throw new Refusal("PEER_AWAY", "accounts of apps have not been carried over from the catalog yet; try again", {
        retryAfterMs: 1_000,
        localizedDetail: "应用账户尚未从目录服务迁入身份服务，请稍后再试",
      });
    },
    async run(signal) {
      while (!signal.aborted) {
        let wait = TRY_AGAIN_MS;
        try {
          await look(signal);
          wait = seen.size > 0 ? lookAgainMs : LOOK_EVERY_MS;
        } catch (error) {
          log.debug({ cause: String(error) }, "the catalog does not tell what it kept of apps; asking again");
          if (isDone) wait = lookAgainMs;
        }
        await pause(wait, signal, { ref: false });
      }
    },
    notices: () => (isDone ? [] : ["accounts of apps wait to be carried over from the catalog service of this node"]),
  };
}

/** A handler that serves only once all apps are here. */
export function whenCarried<I, C, O>(
  { require }: Pick<CarryOver, "require">,
  handler: (request: I, call: C) => O | Promise<O>,
): (request: I, call: C) => Promise<O> {
  return async (request, call) => {
    await require();
    return handler(request, call);
  };
}
