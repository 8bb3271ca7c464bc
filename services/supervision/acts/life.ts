import type { Client } from "@connectrpc/connect";
import type { GetCertificateLifeResponse, LifeService } from "../../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { Refusal } from "../../domain/refusal.ts";
import { hasService } from "../../host/place.ts";
import type { SupervisionContext } from "../context.ts";

/** The life of a certificate as this node knows it: from who made it, else from the archive of what others sent. `undefined`: neither has it. Throws `PEER_AWAY`. */
export async function lifeOf(
  { lives, runtime: { config } }: Pick<SupervisionContext, "lives" | "runtime">,
  identifier: string,
  call: CallContext,
): Promise<{ life: GetCertificateLifeResponse; fromArchive: boolean } | undefined> {
  const own = hasService(config, "issue") ? await known(lives.issue, identifier, call) : undefined;
  if (own) return { life: own, fromArchive: false };
  const archived = hasService(config, "sync") ? await known(lives.sync, identifier, call) : undefined;
  return archived && { life: archived, fromArchive: true };
}

/** Whether the issuer of a certificate lies within the caller's reach: then all that was done with it does. */
export async function seesIssuer(
  context: Pick<SupervisionContext, "lives" | "runtime">,
  identifier: string,
  call: CallContext,
): Promise<boolean> {
  const { life } = (await lifeOf(context, identifier, call)) ?? {};
  return life !== undefined && isWithinReach(call.reach, { department: life.issuerCode, division: life.division });
}

async function known(client: Client<typeof LifeService>, identifier: string, call: CallContext) {
  try {
    return await client.getCertificateLife({ identifier }, onBehalf(call));
  } catch (error) {
    if (error instanceof Refusal && error.reason === "CERTIFICATE_UNKNOWN") return undefined;
    throw error;
  }
}
