import {
  AppSchema,
  type IssuingOpening,
  IssuingOpeningSchema,
  SealSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import { requireDepartment } from "../codes.ts";
import type { CatalogContext } from "../context.ts";
import { itemUnknown, newestVersion } from "../item.ts";
import { openingKey } from "../openings.ts";
import { checkOpening } from "../record-checks.ts";
import { putRecord, readRecord } from "../registry.ts";

/** 6.2.4.2, 6.4.5.1: opens an item for a department and an app from a day on. */
export function putIssuingOpening(context: CatalogContext): Handlers<typeof RegistryService>["putIssuingOpening"] {
  const { runtime, items } = context;
  return async (request) => {
    const opening = request.opening as IssuingOpening;
    const node = runtime.config.node.code;
    checkOpening(opening);
    await requireDepartment(context, "opening.department_code", opening.departmentCode);
    if (!(await newestVersion(items, opening.itemCode))) throw itemUnknown(opening.itemCode);
    if (!(await readRecord(context, AppSchema, "app", node, opening.appKey))) {
      throw refuseField(
        "APP_UNKNOWN",
        "opening.app_key",
        `no app ${opening.appKey} at this node`,
        "register it with PutApp",
      );
    }
    if (!(await readRecord(context, SealSchema, "seal", node, opening.sealCode))) {
      throw refuseField("SEAL_UNKNOWN", "opening.seal_code", `no seal ${opening.sealCode}`, "load it with PutSeal");
    }
    await putRecord(context, IssuingOpeningSchema, "opening", openingKey(opening), opening);
    return { opening };
  };
}
