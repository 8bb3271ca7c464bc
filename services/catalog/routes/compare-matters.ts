import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireReach } from "../../registry/reach.ts";
import type { CatalogContext } from "../context.ts";
import { differencesOf } from "../matters/differences.ts";
import { mattersWithin } from "../matters/matters-within.ts";

/** 6.2.2.2, 6.3.1.2, 6.4.4.2: lists how matters within reach differ from the province's directory and from the catalog. */
export function compareMatters(context: CatalogContext): Handlers<typeof MatterService>["compareMatters"] {
  return async ({ departmentCode, pageSize, pageToken }, { reach }) => {
    await requireReach(context, reach, "department_code", [departmentCode || undefined]);
    const search = { reach, departmentCode, itemCode: "", limit: pageSize || 50, token: pageToken };
    const page = await mattersWithin(context, search);
    return { differences: await differencesOf(context, page.items), nextPageToken: page.next ?? "" };
  };
}
