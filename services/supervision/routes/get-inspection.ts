import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { foreignPageToken } from "../../domain/refusal.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedAmong } from "../../store/ordered-page.ts";
import type { SupervisionContext } from "../context.ts";
import { askedDivision } from "../inspections/asked-division.ts";
import { inspectionId, inspectionUnknown, isInspectable } from "../inspections/inspection-record.ts";
import { inspectionRow, inspectionView } from "../inspections/inspection-view.ts";
import type { SnapshotRow } from "../inspections/snapshot.ts";

const PAGE_SIZE = 100;

/** A share of what it is counted of; -1 where nothing is. */
const rateOf = (part: number, whole: number) => (whole > 0 ? part / whole : -1);

/** By name, by both rates (3.7, 3.8), or by what was counted. */
const ORDER = {
  keys: {
    name: ({ name }) => name,
    electronic_rate: ({ figures }) => rateOf(figures.synchronous, figures.listed),
    usage_rate: ({ figures }) => rateOf(figures.usable, figures.portal),
    issued: ({ volumes }) => volumes.issued,
    used: ({ volumes }) => volumes.used,
    refused: ({ volumes }) => volumes.refused,
  } satisfies Record<string, (row: SnapshotRow) => number | string>,
  idOf: ({ division, department }: SnapshotRow) => `${division} ${department}`,
};

/** Reads what was frozen of a quarter (6.2.6.1), its rows a page at a time. */
export function getInspection(context: SupervisionContext): Handlers<typeof SupervisionService>["getInspection"] {
  return async ({ quarter, division: asked, pageSize, pageToken, search, orderBy }, call) => {
    const division = askedDivision(asked, call, context.runtime);
    const found = isInspectable(call.reach, division)
      ? await context.inspections.get(inspectionId(division, quarter))
      : undefined;
    if (!found) throw inspectionUnknown();
    const { snapshot } = found;
    const rows = snapshot.rows.filter((row) => holdsPart(search, [row.name, row.department || row.division]));
    const limit = pageSize || PAGE_SIZE;
    const { items, next = "" } = orderedAmong(rows, { limit, after: pageToken }, { ...ORDER, orderBy }, () => {
      const begin = placeIn(pageToken);
      const end = begin + limit;
      return { items: rows.slice(begin, end), ...(end < rows.length && { next: `r${end}` }) };
    });
    return {
      inspection: inspectionView(found),
      rows: items.map((row) => inspectionRow(row, snapshot)),
      nextPageToken: next,
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
