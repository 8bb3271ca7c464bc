import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  SetAsidePlace,
  type SetAsideSchema,
  type SetAsideService,
} from "../../proto/gen/ecert/event/v1/set_aside_service_pb.ts";
import type { Handlers } from "../call/chain/service.ts";
import { fittingPart, holdsPart } from "../store/fitting-page.ts";
import type { SetAside } from "./set-aside.ts";
import { isWhole, type Place, type SetAsideRow } from "./set-aside-row.ts";

const DEFAULT_PAGE_SIZE = 50;

const PLACE: Record<Place, SetAsidePlace> = {
  outbox: SetAsidePlace.OUTBOX,
  inbox: SetAsidePlace.INBOX,
  registry: SetAsidePlace.REGISTRY,
  archive: SetAsidePlace.ARCHIVE,
  store: SetAsidePlace.STORE,
};

/** Shows what a service has set aside, and tries it again. */
export function setAsideHandlers(setAside: SetAside): Handlers<typeof SetAsideService> {
  return {
    async listSetAside({ pageSize, pageToken, search, orderBy }) {
      const newestFirst = orderBy.startsWith("-");
      const ask = async ({ limit, after = "" }: { limit: number; after?: string }) => {
        const page = await setAside.list(limit, after, { newestFirst });
        return { ...page, items: page.items.filter((row) => search === "" || holdsPart(search, textsOf(row))) };
      };
      const wanted = { limit: pageSize || DEFAULT_PAGE_SIZE, after: pageToken };
      const { items, next = "" } = await fittingPart(ask, wanted);
      return { rows: items.map(view), nextPageToken: next };
    },
    async retrySetAside({ id }) {
      const row = await setAside.retry(id);
      return row ? { done: false, row: view(row) } : { done: true };
    },
  };
}

/** What people look for it by, whatever became of the row. */
function textsOf({ key, node, reason, detail }: SetAsideRow): string[] {
  return [key, node, reason, detail].map(String);
}

function view(row: SetAsideRow): MessageInitShape<typeof SetAsideSchema> {
  const { _id: id } = row;
  // The list itself must stay readable whatever became of its rows.
  if (!isWhole(row))
    return {
      id,
      place: SetAsidePlace.STORE,
      source: "set_aside",
      key: id,
      reason: "RECORD_UNREADABLE",
      detail: DAMAGED,
    };
  const { place, source, node, key, reason, detail, since, tries, contentSha256 = "" } = row;
  return { id, place: PLACE[place], source, node, key, reason, detail, since, tries, contentSha256 };
}

const DAMAGED =
  "this element of the list cannot be read itself; a retry takes it out, and what it stood for comes again";
