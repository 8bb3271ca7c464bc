import { type Seal, SealSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireDepartment } from "../../registry/codes.ts";
import { putRecord } from "../../registry/keep-record.ts";
import { replaces, wantedRecord } from "../../registry/partial-record.ts";
import { requireReach } from "../../registry/reach.ts";
import type { CatalogContext } from "../context.ts";
import { claimAtProvince } from "../issuers/owners.ts";
import { requireOwnSealFile } from "../registry/own-seal-file.ts";
import { checkSeal } from "../registry/record-checks.ts";
import { awaitsConfirmation } from "../seals/confirmation.ts";
import { checkElectronicSeal } from "../seals/electronic-seal.ts";
import { checkSealInForce } from "../seals/seal-certificate.ts";

/** 6.4.1.4, 5.8.4: loads a seal and binds it to its signing certificate. Loading it again binds it again. */
export function putSeal(context: CatalogContext): Handlers<typeof RegistryService>["putSeal"] {
  return async (request, { reach, caller: by }) => {
    const { updateMask: mask } = request;
    const given = request.seal as Seal;
    const parts = { kind: "seal", key: given.code, schema: SealSchema, given, mask } as const;
    const { record, old, basis } = await wantedRecord(context, parts);
    const bound = replaces(mask, "signing_certificate_pem");
    const unbound = bound ? false : (old?.unbound ?? false);
    const seal = { ...record, unbound, awaitingConfirmation: awaitsConfirmation(old, record, by) };
    checkSeal(seal);
    const isNew = old?.departmentCode !== seal.departmentCode;
    await requireDepartment(context, "seal.department_code", seal.departmentCode, { isNew });
    await requireReach(context, reach, "seal.department_code", [seal.departmentCode, old?.departmentCode]);
    if (bound) checkSealInForce(seal, context.runtime.now());
    if (bound || replaces(mask, "electronic_seal")) checkElectronicSeal(seal, context.signers, context.runtime.now());
    await requireOwnSealFile(context, seal);
    await claimAtProvince(context, "seal", seal.code, seal.departmentCode);
    await putRecord(context, SealSchema, "seal", seal.code, seal, { basis, by });
    return { seal };
  };
}
