import { type AuditService, LifeCopy } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import type { GetCertificateLifeResponse } from "../../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { refuseField } from "../../domain/refusal.ts";
import { provinceOf } from "../../host/place.ts";
import { lifeOf } from "../acts/life.ts";
import type { SupervisionContext } from "../context.ts";

/** The life of a certificate of an issuer within reach. That it was read is kept before the answer. */
export function getLife(context: SupervisionContext): Handlers<typeof AuditService>["getLife"] {
  const { runtime } = context;
  return async ({ identifier }, call) => {
    call.note({ identifier });
    const found = await lifeOf(context, identifier, call);
    const place = { department: found?.life.issuerCode ?? "", division: found?.life.division ?? "" };
    if (!found || !isWithinReach(call.reach, place)) throw unknown();
    await runtime.evidence.append("life-read", { identifier, by: callerName(call.caller) });
    const { life, fromArchive } = found;
    const { node, name, number, itemCode, itemVersion, issuerCode, state } = life;
    const hasCopies = !fromArchive && provinceOf(runtime.config) !== undefined;
    return {
      ...{ identifier, node, name, number, itemCode, itemVersion, issuerCode, state, fromArchive },
      steps: life.steps.map(({ state, at, cause, appKey, account, person }) => {
        return { state, at, cause, appKey, account, person };
      }),
      versions: life.versions.map(({ identifier, version, state, cause }) => ({ identifier, version, state, cause })),
      copy: hasCopies ? copyOf(life) : LifeCopy.UNSPECIFIED,
    };
  };
}

function copyOf({ steps, waits }: GetCertificateLifeResponse): LifeCopy {
  if (!steps.some(({ state }) => state === "issued")) return LifeCopy.UNSPECIFIED;
  return waits ? LifeCopy.ON_ITS_WAY : LifeCopy.CONFIRMED;
}

function unknown() {
  const remedy = "take one from the list of certificates or of acts";
  const localized = "辖区内没有该证照，请从证照列表或审计记录中选取";
  return refuseField("CERTIFICATE_UNKNOWN", "identifier", "no certificate within reach", remedy, localized);
}
