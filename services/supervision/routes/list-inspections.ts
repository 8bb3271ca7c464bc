import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPage } from "../../store/ordered-page.ts";
import type { SupervisionContext } from "../context.ts";
import { type InspectionDocument, inspectionsWithin } from "../inspections/inspection-record.ts";
import { inspectionView } from "../inspections/inspection-view.ts";

const PAGE_SIZE = 50;

const KEYS: Readonly<Record<string, (one: InspectionDocument) => string>> = {
  quarter: ({ quarter }) => quarter,
  division: ({ division }) => division,
  frozen_at: ({ snapshot }) => snapshot.frozenAt,
};

/** Lists what was frozen within reach (6.2.6.1). */
export function listInspections({
  inspections,
}: SupervisionContext): Handlers<typeof SupervisionService>["listInspections"] {
  return async ({ pageSize, pageToken, search, orderBy }, { reach }) => {
    const bounds = inspectionsWithin(reach);
    if (!bounds) return { inspections: [], nextPageToken: "" };
    const limit = pageSize || PAGE_SIZE;
    const { items, next = "" } = await orderedPage(
      inspections,
      { ...bounds, limit, ...(pageToken !== "" && { after: pageToken }) },
      { orderBy, keys: KEYS },
      ({ division, quarter }) => holdsPart(search, [division, quarter]),
    );
    return { inspections: items.map(inspectionView), nextPageToken: next };
  };
}
