import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import type { SupervisionContext } from "../context.ts";
import { askedDivision } from "../inspections/asked-division.ts";
import { inspectionId, inspectionUnknown, isInspectable } from "../inspections/inspection-record.ts";
import { inspectionRow, inspectionView } from "../inspections/inspection-view.ts";

const PAGE_SIZE = 100;

/** Reads what was frozen of a quarter (6.2.6.1), its rows a page at a time. */
export function getInspection(context: SupervisionContext): Handlers<typeof SupervisionService>["getInspection"] {
  return async ({ quarter, division: asked, pageSize, pageToken }, call) => {
    const division = askedDivision(asked, call, context.runtime);
    const found = isInspectable(call.reach, division)
      ? await context.inspections.get(inspectionId(division, quarter))
      : undefined;
    if (!found) throw inspectionUnknown();
    const begin = placeIn(pageToken);
    const end = begin + (pageSize || PAGE_SIZE);
    const { rows } = found.snapshot;
    return {
      inspection: inspectionView(found),
      rows: rows.slice(begin, end).map((row) => inspectionRow(row, found.snapshot)),
      nextPageToken: end < rows.length ? `r${end}` : "",
    };
  };
}

/** How many rows were told before: they never change. */
function placeIn(token: string): number {
  if (token === "") return 0;
  const [, place] = /^r(\d{1,7})$/.exec(token) ?? [];
  if (place === undefined) throw foreignPageToken();
  return Number(place);
}
