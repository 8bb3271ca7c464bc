import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { SupervisionContext } from "../context.ts";
import { inspectionsWithin } from "../inspections/inspection-record.ts";
import { inspectionView } from "../inspections/inspection-view.ts";

const PAGE_SIZE = 50;

/** Lists what was frozen within reach (6.2.6.1). */
export function listInspections({
  inspections,
}: SupervisionContext): Handlers<typeof SupervisionService>["listInspections"] {
  return async ({ pageSize, pageToken }, { reach }) => {
    const bounds = inspectionsWithin(reach);
    if (!bounds) return { inspections: [], nextPageToken: "" };
    const limit = pageSize || PAGE_SIZE;
    const { items, next = "" } = await inspections.query({
      ...bounds,
      limit,
      ...(pageToken !== "" && { after: pageToken }),
    });
    return { inspections: items.map(inspectionView), nextPageToken: next };
  };
}
