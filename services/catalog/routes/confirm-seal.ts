import { type Seal, SealSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { Role } from "../../domain/role.ts";
import { putRecord } from "../../registry/keep-record.ts";
import { isDepartmentWithin } from "../../registry/reach.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { CatalogContext } from "../context.ts";
import { confirmedDigest } from "../seals/confirmation.ts";
import { recordId } from "../stored/records.ts";

/** Roles by which seals are prepared: who holds one does not confirm. */
const PREPARING: readonly Role[] = ["administrator", "implementer"];

/** 5.8.4, 6.4.1.4: a department confirms the seal that its management body has prepared for it. */
export function confirmSeal(context: CatalogContext): Handlers<typeof RegistryService>["confirmSeal"] {
  const { runtime, registry } = context;
  return async ({ code, digest }, { reach, caller: by }) => {
    const document = await registry.of("seal").get(recordId("seal", runtime.config.node.code, code));
    const seal = document && storedValue(SealSchema, document.value);
    if (!document || !seal || !(await isDepartmentWithin(context, reach, seal.departmentCode))) throw unknown(code);
    requireConfirmable(seal, digest, by as StaffActor);
    if (!seal.awaitingConfirmation) return { seal };
    await runtime.evidence.append("seal-confirmed", { code, digest, by: callerName(by) });
    const confirmed = { ...seal, awaitingConfirmation: false };
    await putRecord(context, SealSchema, "seal", code, confirmed, { basis: document.changes, by });
    return { seal: confirmed };
  };
}

function requireConfirmable(seal: Seal, digest: string, { roles }: StaffActor): void {
  const { code } = seal;
  if (roles.some((role) => PREPARING.includes(role))) {
    const description = "is not confirmed by who may prepare it";
    const localized = "载入印章与确认印章须由不同人员办理";
    throw refuseField("SAME_PERSON", "code", description, "let an administrator of the department do it", localized);
  }
  if (seal.unbound) throw new Refusal("SEAL_UNBOUND", `seal ${code} was unbound`, { metadata: { seal_code: code } });
  if (confirmedDigest(seal) === digest) return;
  const remedy = "read the seal again, and look at what is confirmed";
  const localized = "印章内容与所核对的不同，请重新读取并核对";
  throw refuseField("REVISION_CONFLICT", "digest", "the seal is another now", remedy, localized);
}

function unknown(code: string): Refusal {
  const localized = `没有印章${code}，请核对代码`;
  return refuseField("SEAL_UNKNOWN", "code", `no seal ${code}`, "look at the code", localized);
}
