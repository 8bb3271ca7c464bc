import { type Matter, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireDepartment } from "../../registry/codes.ts";
import { putRecord } from "../../registry/keep-record.ts";
import { wantedRecord } from "../../registry/partial-record.ts";
import { requireReach } from "../../registry/reach.ts";
import type { CatalogContext } from "../context.ts";
import { withDatedHalt } from "../openings/halt.ts";
import { checkMatter } from "../registry/record-checks.ts";

/** 6.2.2.2, 6.2.4.4: stores a matter and what certificates it may use. */
export function putMatter(context: CatalogContext): Handlers<typeof RegistryService>["putMatter"] {
  return async (request, { reach, caller: by }) => {
    const given = request.matter as Matter;
    const parts = { kind: "matter", key: given.code, schema: MatterSchema, given } as const;
    const { record, old, basis } = await wantedRecord(context, { ...parts, mask: request.updateMask });
    const matter = withDatedHalt(record, old, context.runtime.now());
    checkMatter(matter);
    const isNew = old?.departmentCode !== matter.departmentCode;
    await requireDepartment(context, "matter.department_code", matter.departmentCode, { isNew });
    await requireReach(context, reach, "matter.department_code", [matter.departmentCode, old?.departmentCode]);
    const value = { ...matter, node: context.runtime.config.node.code };
    await putRecord(context, MatterSchema, "matter", matter.code, value, { basis, by });
    return { matter: value };
  };
}
