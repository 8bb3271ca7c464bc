import type { IssuerService } from "../../../proto/gen/ecert/catalog/v1/issuer_service_pb.ts";
import { DepartmentSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { BY_NODE } from "../../registry/record.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { CatalogContext } from "../context.ts";
import { requireProvince } from "../issuers/require-province.ts";
import { DEFAULT_PAGE_SIZE } from "../registry/list-pages.ts";

/** Documents that are read by key at a time. */
const AT_ONCE = 500;

/** 5.8.3: what waits for the province's word. */
export function listUnconfirmedDepartments(
  context: CatalogContext,
): Handlers<typeof IssuerService>["listUnconfirmedDepartments"] {
  return async ({ pageSize, pageToken }) => {
    requireProvince(context, "ListUnconfirmedDepartments");
    const { items, next = "" } = await context.registry.of("department").query({
      index: BY_NODE.name,
      limit: Math.min(pageSize || DEFAULT_PAGE_SIZE, AT_ONCE),
      ...(pageToken && { after: pageToken }),
    });
    const owners = await context.owners.getMany(items.map(({ key }) => `department/${key}`));
    const waiting = items.filter((_, place) => !owners[place]?.body);
    const departments = waiting.map(({ value }) => storedValue(DepartmentSchema, value));
    return { departments, nextPageToken: next };
  };
}
