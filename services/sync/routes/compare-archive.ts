import type { LinkService } from "../../../proto/gen/ecert/sync/v1/link_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { SyncContext } from "../context.ts";

/** 4.6.2: proves that the archive of a node is complete, and repairs it where it is not. */
export function compareArchive({ compare, links }: SyncContext): Handlers<typeof LinkService>["compareArchive"] {
  return async ({ node }, call) => {
    if (!compare) throw new Refusal("UNIMPLEMENTED", "archives are compared at the province");
    if (!links.some(({ peer }) => peer.node === node))
      throw refuseField(
        "INVALID_FIELD",
        "node",
        "not a peer of this node",
        "name a city or department of its configuration",
        "不是本节点的对端，请填写配置中的地市或部门",
      );
    const { equal, repaired, root, records, unreadable } = await compare.with(node, call.signal);
    const counts = { repaired: BigInt(repaired), records: BigInt(records), unreadable: BigInt(unreadable) };
    return { equal, root, ...counts };
  };
}
