import type { UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { partOf, witness } from "../ground.ts";
import { requireProvince } from "../province.ts";
import { unknownHere } from "./get-across.ts";

/** 5.7.4, 6.4.6.3: a file of another node's certificate, for filing. */
export function fetchFileAcross(context: SyncContext): Exchange["fetchFileAcross"] {
  const { runtime, own, ask, gather } = context;
  return async (request, call) => {
    const ground = request.ground as UsageGround;
    const { identifier, format } = request;
    const part = partOf(runtime, call, ground);
    const file =
      part === "gather"
        ? await gather.file(request, call)
        : part === "own"
          ? await own.file(identifier, format, call)
          : await forwarded();
    if (!file) throw unknownHere(identifier);
    await witness(runtime, call, ground, { part, identifiers: [identifier], sha256: file.sha256 });
    return { file };

    async function forwarded() {
      const province = requireProvince(context);
      return (await ask.one(province, call, (exchange, options) => exchange.fetchFileAcross(request, options))).file;
    }
  };
}
