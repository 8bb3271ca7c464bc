import type { StandingService } from "../../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { SyncContext } from "../context.ts";
import { DATA } from "../wire/topology.ts";
import { requireAtProvince, sideMessage } from "./list-forks.ts";

/** 4.6.2: decides which of two records under one identifier stands, and takes what was set aside for it off that list. */
export function settleFork(context: SyncContext): Handlers<typeof StandingService>["settleFork"] {
  const { forks, links, runtime } = context;
  return async ({ identifier, sha256 }, call) => {
    requireAtProvince(context);
    call.note({ identifier });
    const record = await context.settleFork.settle(identifier, sha256, call);
    const row = await forks.get(identifier);
    const link = links.find(({ peer }) => peer.node === row?.node);
    if (row && link) {
      const source = `${link.peer.incoming.stream}/${DATA}`;
      const key = `${identifier}:${row.other.recordRevision}`;
      await runtime.setAside.cleared({ place: "inbox", source, node: row.node, key });
    }
    return { record: sideMessage(record) };
  };
}
