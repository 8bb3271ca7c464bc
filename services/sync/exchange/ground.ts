import type { UsageGround } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import type { Runtime } from "../../node/runtime.ts";

/**
 * How a question between nodes is answered (5.7.4): `forward` — a service of this city or department asks, and the province
 * is asked on its behalf; `gather` — at the province; `own` — the province asks for what this node issued.
 */
export type Part = "forward" | "gather" | "own";

/** Decides the part that this node plays by who asks. Throws `PERMISSION_DENIED` for everybody but peers and own services. */
export function partOf({ config }: Runtime, { caller }: CallContext): Part {
  const { code } = config.node;
  const asks = caller.kind === "service" || caller.kind === "node" ? caller.node : undefined;
  const peer = config.peers.find(({ node }) => node === asks);
  if (asks === undefined || (asks !== code && !peer)) throw denied("only peers of this node may ask");
  if (isProvince(config.node)) return "gather";
  if (asks === code) return "forward";
  if (peer && isProvince(peer)) return "own";
  throw denied("nodes ask each other through the province (5.7.4)");
}

/**
 * The ground of a question, held to be told truly: a service asks for its own node, a city for itself; only the province passes on
 * the ground of another, with its grant. `isShown`: it may name nobody, since a holder shows who it is. Throws `PERMISSION_DENIED`, and `INVALID_FIELD` where it names nobody.
 */
export function groundOf(call: CallContext, part: Part, ground: UsageGround | undefined, isShown = false): UsageGround {
  if (!ground)
    throw refuseField("INVALID_FIELD", "ground", "missing", "say why it is asked", "缺少用证依据，请说明查询理由");
  requireServed(ground, isShown);
  const asks = "node" in call.caller ? call.caller.node : undefined;
  if (part !== "own" && ground.node !== asks) throw denied(`${asks} gives the ground of ${ground.node}`);
  return ground;
}

function requireServed({ holderCodeType, holderCode }: UsageGround, isShown: boolean): void {
  if (holderCodeType === "" ? isShown && holderCode === "" : holderCode !== "") return;
  throw refuseField(
    "INVALID_FIELD",
    holderCode === "" ? "ground.holder_code" : "ground.holder_code_type",
    "missing",
    "name the person served by code and type of code",
    "缺少办事人的代码或代码类型，请填写",
  );
}

/** The person served, as a ground names it. */
export function holderOf({ holderCodeType, holderCode }: UsageGround): { codeType: string; code: string } {
  return { codeType: holderCodeType, code: holderCode };
}

/**
 * Writes into the evidence chain who asked, why, and what was handed out (5.9.5), durably, before it is. No codes of holders, no
 * data items but their names.
 */
export async function witness(
  runtime: Runtime,
  call: CallContext,
  { node, appKey, matterCode, purpose, usageCodeDigest, grant }: UsageGround,
  what: JsonObject,
): Promise<void> {
  await runtime.evidence.append("exchange-answered", {
    method: call.method,
    caller: callerName(call.caller),
    requestId: call.requestId,
    ground: { node, appKey, matterCode, purpose, usageCodeDigest },
    ...(grant && { grantSha256: sha256Hex(grant.statement) }),
    ...what,
  });
}

function denied(message: string): Refusal {
  return new Refusal("PERMISSION_DENIED", message);
}
