import { type Department, DepartmentSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { claimAtProvince } from "../owners.ts";
import { checkDepartment } from "../record-checks.ts";
import { putRecord } from "../registry.ts";

/** 6.4.1.1: stores a department or a unit below one. */
export function putDepartment(context: CatalogContext): Handlers<typeof RegistryService>["putDepartment"] {
  return async (request) => {
    const department = request.department as Department;
    checkDepartment(department);
    const value = { ...department, node: context.runtime.config.node.code };
    await claimAtProvince(context, "department", department.code, department.code);
    await putRecord(context, DepartmentSchema, "department", department.code, value);
    return { department: value };
  };
}
