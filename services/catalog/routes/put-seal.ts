import { type Seal, SealSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import { requireDepartment } from "../codes.ts";
import type { CatalogContext } from "../context.ts";
import { checkElectronicSeal, requireOwnSealFile } from "../electronic-seal.ts";
import { claimAtProvince } from "../owners.ts";
import { checkSeal } from "../record-checks.ts";
import { putRecord } from "../registry.ts";
import { checkSealInForce } from "../seal-certificate.ts";

/** 6.4.1.4, 5.8.4: loads a seal and binds it to its signing certificate. Loading it again binds it again. */
export function putSeal(context: CatalogContext): Handlers<typeof RegistryService>["putSeal"] {
  return async (request) => {
    const seal = { ...(request.seal as Seal), unbound: false };
    checkSeal(seal);
    await requireDepartment(context, "seal.department_code", seal.departmentCode);
    checkSealInForce(seal, context.runtime.now());
    checkElectronicSeal(seal, context.signers, context.runtime.now());
    await requireOwnSealFile(context, seal);
    await claimAtProvince(context, "seal", seal.code, seal.departmentCode);
    await putRecord(context, SealSchema, "seal", seal.code, seal);
    return { seal };
  };
}
