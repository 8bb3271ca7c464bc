import { type Matter, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import { requireDepartment } from "../codes.ts";
import type { CatalogContext } from "../context.ts";
import { checkMatter } from "../record-checks.ts";
import { putRecord } from "../registry.ts";

/** 6.2.2.2, 6.2.4.4: stores a matter and what certificates it may use. */
export function putMatter(context: CatalogContext): Handlers<typeof RegistryService>["putMatter"] {
  return async (request) => {
    const matter = request.matter as Matter;
    checkMatter(matter);
    await requireDepartment(context, "matter.department_code", matter.departmentCode);
    const value = { ...matter, node: context.runtime.config.node.code };
    await putRecord(context, MatterSchema, "matter", matter.code, value);
    return { matter: value };
  };
}
