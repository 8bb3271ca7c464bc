import { type Department, DepartmentSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { refuseField } from "../../domain/refusal.ts";
import { putRecord } from "../../registry/keep-record.ts";
import { wantedRecord } from "../../registry/partial-record.ts";
import { beyondReach } from "../../registry/reach.ts";
import type { CatalogContext } from "../context.ts";
import { claimAtProvince } from "../issuers/owners.ts";
import { moreOfDepartment, requireOnlyLess } from "../registry/only-less.ts";
import { checkDepartment } from "../registry/record-checks.ts";

/** 6.4.1.1: stores a department or a unit below one. */
export function putDepartment(context: CatalogContext): Handlers<typeof RegistryService>["putDepartment"] {
  return async (request, { reach, caller: by }) => {
    const given = request.department as Department;
    const parts = { kind: "department", key: given.code, schema: DepartmentSchema, given } as const;
    const wanted = await wantedRecord(context, { ...parts, mask: request.updateMask });
    const { record: department, old } = wanted;
    checkDepartment(department);
    requireOther(department);
    // Neither taken from another division nor put into one.
    for (const one of [old ?? department, department])
      if (!isWithinReach(reach, { ...one, department: one.code })) throw beyondReach("department.division", one.code);
    const said = requireOnlyLess(by, "department", moreOfDepartment(old, department));
    const value = { ...department, node: context.runtime.config.node.code };
    await claimAtProvince(context, "department", department.code, department.code);
    // What staff lessen is less than what was looked at, and than nothing else.
    const basis = by.kind === "staff" ? wanted.changes : wanted.basis;
    await putRecord(context, DepartmentSchema, "department", department.code, value, { basis, by, said });
    return { department: value };
  };
}

function requireOther({ code, superiorCode }: Department): void {
  if (superiorCode !== code) return;
  const description = "a department is not its own superior";
  const localized = "部门不能是自己的上级，请填写上级部门的代码，没有上级的留空";
  const remedy = "name the one above, or leave it empty";
  throw refuseField("INVALID_FIELD", "department.superior_code", description, remedy, localized);
}
