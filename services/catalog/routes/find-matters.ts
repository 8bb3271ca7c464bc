import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isOnPortal } from "../../domain/matter.ts";
import { requireDay } from "../../registry/codes.ts";
import { requireReach } from "../../registry/reach.ts";
import { storedValue } from "../../registry/stored-value.ts";
import type { CatalogContext } from "../context.ts";
import { mattersWithin } from "../matters/matters-within.ts";

/** 6.2.2.2, 3.8: finds matters within reach. */
export function findMatters(context: CatalogContext): Handlers<typeof MatterService>["findMatters"] {
  return async ({ departmentCode, itemCode, portalOn, pageSize, pageToken }, { reach }) => {
    if (portalOn) requireDay("portal_on", portalOn);
    await requireReach(context, reach, "department_code", [departmentCode || undefined]);
    const search = { reach, departmentCode, itemCode, limit: pageSize || 50, token: pageToken };
    const page = await mattersWithin(context, search);
    const matters = page.items.map(({ value }) => storedValue(MatterSchema, value));
    const shown = portalOn ? matters.filter((matter) => isOnPortal(matter, portalOn)) : matters;
    return { matters: shown, nextPageToken: page.next ?? "" };
  };
}
