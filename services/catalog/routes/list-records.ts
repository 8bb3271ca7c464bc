import { DepartmentSchema, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import type { RecordKind } from "../records.ts";
import { storedValue } from "../stored-value.ts";

/** Lists the matters of this node by code. */
export function listMatters(context: CatalogContext): Handlers<typeof RegistryService>["listMatters"] {
  return async (request) => {
    const page = await recordPage(context, "matter", request);
    return { matters: page.values.map((value) => storedValue(MatterSchema, value)), nextPageToken: page.next };
  };
}

/** Lists the departments of this node by code. */
export function listDepartments(context: CatalogContext): Handlers<typeof RegistryService>["listDepartments"] {
  return async (request) => {
    const page = await recordPage(context, "department", request);
    return { departments: page.values.map((value) => storedValue(DepartmentSchema, value)), nextPageToken: page.next };
  };
}

async function recordPage(
  { registry, runtime }: CatalogContext,
  kind: RecordKind,
  request: { pageSize: number; pageToken: string },
) {
  const page = await registry.query({
    index: "records",
    equals: [kind, runtime.config.node.code],
    limit: request.pageSize || 50,
    ...(request.pageToken && { after: request.pageToken }),
  });
  return { values: page.items.map((item) => item.value), next: page.next ?? "" };
}
