import { toBinary } from "@bufbuild/protobuf";
import { AppRecordSchema } from "../../../proto/gen/ecert/identity/v1/app_pb.ts";
import { AppRecoveryService } from "../../../proto/gen/ecert/identity/v1/app_recovery_service_pb.ts";
import { isProvince } from "../../host/place.ts";
import { compareRecords } from "../../registry/recovery/compare-records.ts";
import { type Compared, comparedWithProvince, EXAMPLES, forkedRecords } from "../../registry/recovery/compared.ts";
import { openPeerLists, type RecordLists, readRecords } from "../../registry/recovery/peer-lists.ts";
import type { AppDocument } from "./app-record.ts";
import type { AppRoom } from "./app-room.ts";

/** Apps that a node lists to its province, or the province to a node. */
export function nodeApps({ runtime, terms }: AppRoom, node: string): RecordLists<AppDocument> {
  const recovery = runtime.client(AppRecoveryService, { peer: node });
  const { pages } = openPeerLists(runtime, node, runtime.signal);
  const own = runtime.config.node;
  return {
    records(refused) {
      const listed = pages(async (page, options) => {
        const { apps, nextPageToken } = await recovery.listNodeApps(page, options);
        return { items: apps.map((app) => toBinary(AppRecordSchema, app)), next: nextPageToken };
      });
      return readRecords(terms, isProvince(own) ? node : own.code, listed, refused);
    },
  };
}

/** Compares this node's apps with a peer's: at the province what a node has newer is taken over. */
export async function compareApps(room: AppRoom, node: string): Promise<Compared> {
  const lists = nodeApps(room, node);
  if (!isProvince(room.runtime.config.node)) return comparedWithProvince(room, node, lists);
  const { listed, restored, failed, forks, ahead } = await compareRecords(room, node, lists, false);
  return {
    behind: "",
    forked: forkedRecords(node, forks),
    older: new Set(),
    others: new Set(),
    counts: { listed, taken: restored, refused: failed, forks, ahead: ahead.length },
    examples: ahead.slice(0, EXAMPLES),
  };
}
