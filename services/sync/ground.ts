import type { UsageGround } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { JsonObject } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import { callerName } from "../runtime/caller.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { CallContext } from "../runtime/service.ts";

/**
 * How a question between nodes is answered (5.7.4): `forward` — a service of this city or department asks, and the province
 * is asked on its behalf; `gather` — at the province; `own` — the province asks for what this node issued.
 */
export type Part = "forward" | "gather" | "own";

/**
 * Decides the part that this node plays and holds that the ground is told truly: a service asks for its own node, a city for
 * itself; only the province may pass on the ground of another. Throws `PERMISSION_DENIED`.
 */
export function partOf({ config }: Runtime, { caller }: CallContext, ground: UsageGround | undefined): Part {
  const { code, role } = config.node;
  const asks = caller.kind === "service" || caller.kind === "node" ? caller.node : undefined;
  const peer = config.peers.find(({ node }) => node === asks);
  const passedOn = role !== "province" && peer?.role === "province";
  if (asks === undefined || (asks !== code && !peer)) throw denied("only peers of this node may ask");
  if (!passedOn && ground?.node !== asks) throw denied(`${asks} gives the ground of ${ground?.node}`);
  if (role === "province") return "gather";
  if (asks === code) return "forward";
  if (passedOn) return "own";
  throw denied("nodes ask each other through the province (5.7.4)");
}

/** Writes into the evidence chain who asked, why, and what was handed out (5.9.5). No codes of holders. */
export async function witness(
  runtime: Runtime,
  call: CallContext,
  ground: UsageGround,
  what: { [key: string]: string | string[] },
): Promise<void> {
  const { node, appKey, matterCode, purpose, usageCodeDigest } = ground;
  const body: JsonObject = {
    method: call.method,
    caller: callerName(call.caller),
    requestId: call.requestId,
    ground: { node, appKey, matterCode, purpose, usageCodeDigest },
    ...what,
  };
  await runtime.evidence.append("exchange-answered", body);
}

function denied(message: string): Refusal {
  return new Refusal("PERMISSION_DENIED", message);
}
