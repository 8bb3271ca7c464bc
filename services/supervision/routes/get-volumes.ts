import { type Period, VolumeGroup } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { divisionPrefix } from "../../domain/division.ts";
import { FLOWS, flowsOf, NO_VOLUMES, type VolumeFigures, volumesOf } from "../../domain/volumes.ts";
import { yearsWithout } from "../../domain/working-day.ts";
import type { SupervisionContext } from "../context.ts";
import { type Within, within } from "../counted/within.ts";
import { partsOf } from "../facts/fact-record.ts";
import { isFilling } from "../intake/bring-over.ts";
import { countedCells, hourCells, type OwnedCell } from "../volumes/counted-cells.ts";
import { createKeptSums, type VolumeSums } from "../volumes/kept-sums.ts";
import { dayFlows, periodCells } from "../volumes/month-sums.ts";
import { askedPeriod, type Days, HOUR_PERIOD, LONGEST_PERIOD } from "../volumes/period.ts";
import { volumesView } from "../volumes/volumes-view.ts";

const PAGE_SIZE = 100;

/** How much was issued, used and refused in a period (4.7), by what is asked. */
export function getVolumes(context: SupervisionContext): Handlers<typeof SupervisionService>["getVolumes"] {
  const kept = createKeptSums(() => context.runtime.monotonic());
  return async (request, { reach }) => {
    const { group, division, departmentCode: department, itemCode, matterCode, pageToken: token, orderBy } = request;
    const byHour = group === VolumeGroup.HOUR;
    const period = askedPeriod(request.period as Period, byHour ? HOUR_PERIOD : LONGEST_PERIOD);
    const bounds = within(reach, { division, department });
    if (!bounds) return { rows: [], nextPageToken: "", silent: [] };
    const question = { group, itemCode, matterCode };
    // What is kept is told to who asks the same within the same reach alone.
    const named = JSON.stringify([bounds.prefix, bounds.department ?? "", period, question]);
    const limit = request.pageSize || PAGE_SIZE;
    const { rows, nodes, total, next } = await kept.page(named, { limit, token, orderBy }, () =>
      sumsOf(context, bounds, period, question),
    );
    const isAsked = ({ node }: { node: string }) => nodes.has(node) || (bounds.prefix === "" && !bounds.department);
    return {
      rows: rows.map((row) => ({ ...row, volumes: volumesView(row.volumes) })),
      total: volumesView(total),
      nextPageToken: next,
      silent: (await context.nodes.silent()).filter(isAsked),
      knownSince: (await context.nodes.knownAfter(period.from)).filter(isAsked),
      filling: await isFilling(context),
      yearsWithoutHolidays: yearsWithout(await context.calendars.read(), period.from, period.to),
    };
  };
}

async function sumsOf(
  context: SupervisionContext,
  bounds: Within,
  period: Days,
  { group, itemCode, matterCode }: { group: VolumeGroup; itemCode: string; matterCode: string },
): Promise<VolumeSums> {
  const rows = new Map<string, VolumeFigures>();
  const total = { ...NO_VOLUMES };
  const nodes = new Set<string>();
  const add = (key: string, owner: string, volumes: VolumeFigures) => {
    const sum = rows.get(key) ?? { ...NO_VOLUMES };
    rows.set(key, sum);
    for (const flow of FLOWS) {
      sum[flow] += volumes[flow];
      total[flow] += volumes[flow];
    }
    nodes.add(partsOf(owner).node);
  };
  const isFiltered = itemCode !== "" || matterCode !== "";
  if (!isFiltered && (group === VolumeGroup.DAY || group === VolumeGroup.UNSPECIFIED)) {
    for await (const { day, owner, volumes } of dayFlows(context, bounds, period))
      if (FLOWS.some((flow) => volumes[flow] > 0)) add(group === VolumeGroup.DAY ? day : "", owner, volumes);
  } else {
    const cells = group === VolumeGroup.HOUR ? hourCells : group === VolumeGroup.DAY ? countedCells : periodCells;
    for await (const cell of cells(context, bounds, period)) {
      if ((itemCode !== "" && cell.item !== itemCode) || (matterCode !== "" && cell.matter !== matterCode)) continue;
      if (flowsOf(cell).length > 0) add(keyOf(cell, group), cell.owner, volumesOf(cell));
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    rows: sorted.map(([key, volumes], index) => ({
      ...{ key, volumes },
      hasBelow: group === VolumeGroup.DIVISION && isAbove(key, sorted[index + 1]?.[0]),
    })),
    ...{ total, nodes },
  };
}

/** Whether the next row in the order of codes is of a division below: where there is any, its code is the next one. */
function isAbove(division: string, next: string | undefined): boolean {
  return division !== "" && next !== undefined && next.startsWith(divisionPrefix(division));
}

function keyOf(cell: OwnedCell, group: VolumeGroup): string {
  const { day, hour = "", item, matter, department, division, action, reason } = cell;
  switch (group) {
    case VolumeGroup.DAY:
      return day;
    case VolumeGroup.HOUR:
      return hour;
    case VolumeGroup.ITEM:
      return item;
    case VolumeGroup.MATTER:
      return matter;
    case VolumeGroup.DEPARTMENT:
      return department;
    case VolumeGroup.DIVISION:
      return division;
    case VolumeGroup.ACTION:
      return action.startsWith("refused_") ? `${action} ${reason}` : action;
    default:
      return "";
  }
}
