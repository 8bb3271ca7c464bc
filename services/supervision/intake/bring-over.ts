import type { Client } from "@connectrpc/connect";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { HistoryService, type PastEvent } from "../../../proto/gen/ecert/event/v1/history_service_pb.ts";
import { pause } from "../../base/pause.ts";
import { several } from "../../base/several.ts";
import { Refusal } from "../../domain/refusal.ts";
import { hasService } from "../../host/place.ts";
import type { SupervisionContext } from "../context.ts";
import { keepEvent } from "./keep-event.ts";
import type { ProgressDocument } from "./progress-record.ts";

/** Events of a page. */
const PAGE = 200;
/** Events that are kept at the same time: each is durable by itself, and a store writes many as fast as one. */
const AT_ONCE = 32;
/** Pause between pages, so that calls come first, milliseconds, and behind a service that is away. */
const REST_MS = 5;
const AWAY_MS = 5_000;
const WAITING_MS = 200;

const SOURCES = ["catalog", "issue", "sync", "usage"] as const;
/** A service whose records are counted. */
export type HistorySourceName = (typeof SOURCES)[number];

/** How far a service's history has come. */
export type Progress = Pick<ProgressDocument, "looked" | "refused" | "doneAt"> & { service: HistorySourceName };

/**
 * Brings over what the services of this node had before this one was there, each as the event that tells it, so that whatever way something comes
 * it is counted once. Goes on behind the last page that was done, and again and again until all is done or the signal aborts; in two
 * processes at once it does no harm.
 */
export async function bringOver(context: SupervisionContext, signal: AbortSignal): Promise<void> {
  const { runtime } = context;
  const clients: Record<HistorySourceName, Client<typeof HistoryService>> = {
    catalog: runtime.client(HistoryService, "catalog"),
    issue: runtime.client(HistoryService, "issue"),
    sync: runtime.client(HistoryService, "sync"),
    usage: runtime.client(HistoryService, "usage"),
  };
  for (const service of sourcesOf(context)) {
    await bringOverOf(context, service, clients[service], signal);
    // Whose an hour is follows from the departments, which the catalog tells: they are counted first.
    while (!signal.aborted && (await hasWaiting(context))) await pause(WAITING_MS, signal, { ref: false });
  }
}

async function hasWaiting({ facts }: SupervisionContext): Promise<boolean> {
  return (await facts.count("dirty", [1]).catch(() => 1)) > 0;
}

/** How far all of them have come. */
export async function progressOf(context: SupervisionContext): Promise<Progress[]> {
  const found: Progress[] = [];
  for (const service of sourcesOf(context)) {
    const { looked = 0, refused = 0, doneAt } = (await stored(context, service)) ?? {};
    found.push({ service, looked, refused, ...(doneAt !== undefined && { doneAt }) });
  }
  return found;
}

/** Whether something of before is still to be brought over. */
export async function isFilling(context: SupervisionContext): Promise<boolean> {
  return (await progressOf(context)).some(({ doneAt }) => doneAt === undefined);
}

function sourcesOf({ runtime }: SupervisionContext): HistorySourceName[] {
  return SOURCES.filter((service) => hasService(runtime.config, service));
}

/** What cannot be read is as if it were not. */
async function stored({ progress }: SupervisionContext, service: string): Promise<ProgressDocument | undefined> {
  return (await progress.getMany([service]))[0];
}

async function bringOverOf(
  context: SupervisionContext,
  service: HistorySourceName,
  client: Client<typeof HistoryService>,
  signal: AbortSignal,
): Promise<void> {
  const { log } = context.runtime;
  while (!signal.aborted) {
    try {
      const known = await stored(context, service);
      if (known?.doneAt !== undefined) return;
      await nextPage(context, service, client, known, signal);
      await pause(REST_MS, signal, { ref: false });
    } catch (error) {
      if (signal.aborted) return;
      log.debug({ service, cause: String(error) }, "what a service had before cannot be brought over now");
      await pause(AWAY_MS, signal, { ref: false });
    }
  }
}

async function nextPage(
  context: SupervisionContext,
  service: HistorySourceName,
  client: Client<typeof HistoryService>,
  known: ProgressDocument | undefined,
  signal: AbortSignal,
): Promise<void> {
  const { progress, runtime, bell, nodes } = context;
  const { looked = 0, refused = 0, after = "" } = known ?? {};
  const page = await client.listHistory({ pageSize: PAGE, pageToken: after }, { signal }).catch((error: unknown) => {
    // A place of another version of that service: it begins again, and what was taken changes nothing.
    if (after !== "" && error instanceof Refusal && error.reason === "INVALID_FIELD") return undefined;
    throw error;
  });
  let wrong = 0;
  const keep = async ({ node, event }: PastEvent) => {
    try {
      if (event) await keepEvent(context, node, event);
    } catch (error) {
      if (!(error instanceof Refusal) || error.retryAfterMs !== undefined) throw error;
      wrong += 1;
      runtime.log.warn({ service, key: event?.key, cause: error.message }, "a record of before cannot be counted");
    }
  };
  const events = page?.events ?? [];
  for (const node of new Set(events.map((one) => one.node))) await nodes.known(node);
  // All that lists say of a department lies in few documents: they would be in each other's way.
  const isList = ({ event }: PastEvent) => event?.kind === EventKind.LIST_PUBLISHED;
  const others = events.filter((one) => !isList(one));
  await several(others, AT_ONCE, keep);
  for (const one of events.filter(isList)) await keep(one);
  bell.ring();
  const next: ProgressDocument = {
    ...{ _id: service, revision: 1, looked: page ? looked + events.length : 0, refused: page ? refused + wrong : 0 },
    ...(page && page.nextPageToken !== "" && { after: page.nextPageToken }),
    ...(page?.nextPageToken === "" && { doneAt: runtime.now().toISOString() }),
  };
  // Where another process was faster, its progress is as good: every page before it is done.
  await progress.make(service, async (old) => (old && old.looked > looked ? old : next));
  if (next.doneAt !== undefined)
    runtime.log.info({ service, looked: next.looked, refused: next.refused }, "what a service had before is counted");
}
