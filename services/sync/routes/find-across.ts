import type { UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { partOf, witness } from "../ground.ts";
import { requireProvince } from "../province.ts";

/** 5.7.4: finds a holder's certificates at other nodes: user city → province → issuing cities. */
export function findAcross(context: SyncContext): Exchange["findAcross"] {
  const { runtime, own, ask, gather } = context;
  return async (request, call) => {
    const ground = request.ground as UsageGround;
    const part = partOf(runtime, call, ground);
    const found =
      part === "gather"
        ? await gather.find(request, call)
        : part === "own"
          ? { records: await own.find(request, call), unreachableNodes: [] }
          : await ask.one(requireProvince(context), call, (exchange, options) => exchange.findAcross(request, options));
    const identifiers = found.records.map(({ identifier }) => identifier);
    await witness(runtime, call, ground, { part, items: request.itemCodes, identifiers });
    return { records: found.records, unreachableNodes: found.unreachableNodes };
  };
}
