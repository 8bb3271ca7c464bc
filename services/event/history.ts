import type { MessageInitShape } from "@bufbuild/protobuf";
import type { PendingEventSchema } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import type { HistoryService } from "../../proto/gen/ecert/event/v1/history_service_pb.ts";
import type { Handlers } from "../call/chain/service.ts";
import type { Page, Query } from "../store/port.ts";
import { placeIn, placeToken } from "./collection-place.ts";

/** An aggregate as the event of its last revision tells it, with the node of which it is. */
export interface PastEvent {
  node: string;
  event: MessageInitShape<typeof PendingEventSchema> & { payload: Uint8Array };
}

/** A collection whose documents are told as events: a page of them, those left out of which nobody is told. */
export type HistorySource = (query: Pick<Query, "limit" | "after">) => Promise<Page<PastEvent>>;

const PAGE_SIZE = 100;
/** Documents that are read at a time: a record may have two megabytes. */
const AT_ONCE = 25;
/** A page ends behind so many bytes of payload. */
const PAGE_BYTES = 4 << 20;

/** Serves what is there in some collections, one behind the other. */
export function historyHandlers(sources: readonly HistorySource[]): Handlers<typeof HistoryService> {
  return {
    async listHistory({ pageSize, pageToken }) {
      const limit = pageSize || PAGE_SIZE;
      let [place, after] = placeIn(pageToken, sources.length);
      const events: PastEvent[] = [];
      for (let bytes = 0; place < sources.length && events.length < limit && bytes < PAGE_BYTES; ) {
        const most = Math.min(AT_ONCE, limit - events.length);
        const page = await (sources[place] as HistorySource)({ limit: most, ...(after !== "" && { after }) });
        for (const one of page.items) bytes += one.event.payload.length;
        events.push(...page.items);
        if (page.next === undefined) place += 1;
        after = page.next ?? "";
      }
      return { events, nextPageToken: place < sources.length ? placeToken([place, after]) : "" };
    },
  };
}

/** A source over a collection: `told` says nothing of what nobody is told of. */
export function historyOf<T>(
  collection: { query(query: Query): Promise<Page<T>> },
  index: string,
  told: (document: T) => PastEvent | undefined,
): HistorySource {
  return async (page) => {
    const { items, next } = await collection.query({ index, ...page });
    const events = items.map(told).filter((one) => one !== undefined);
    return { items: events, ...(next !== undefined && { next }) };
  };
}
