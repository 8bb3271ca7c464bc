import type { UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { CallContext } from "../../runtime/service.ts";
import type { Exchange, SyncContext } from "../context.ts";
import { partOf, witness } from "../ground.ts";
import { requireProvince } from "../province.ts";

/** 5.7.4: one certificate with its state at the issuer; from the archive where the issuer is away. */
export function getAcross(context: SyncContext): Exchange["getAcross"] {
  const { runtime, own, ask, gather } = context;

  async function ownRecord(identifier: string, call: CallContext) {
    const record = await own.get(identifier, call);
    if (record) return { record, fromArchive: false };
    throw unknownHere(identifier);
  }

  return async (request, call) => {
    const ground = request.ground as UsageGround;
    const part = partOf(runtime, call, ground);
    const { record, fromArchive } =
      part === "gather"
        ? await gather.get(request, call)
        : part === "own"
          ? await ownRecord(request.identifier, call)
          : await ask.one(requireProvince(context), call, (exchange, options) => exchange.getAcross(request, options));
    await witness(runtime, call, ground, { part, identifiers: [request.identifier] });
    return { ...(record && { record }), fromArchive };
  };
}

/** The refusal of a certificate that this node has not issued. */
export function unknownHere(identifier: string): Refusal {
  return new Refusal("CERTIFICATE_UNKNOWN", `this node has not issued certificate ${identifier}`, {
    metadata: { identifier },
  });
}
