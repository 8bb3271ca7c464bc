import { RateLevel, type SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { addDays, requireDateRange } from "../../domain/civil-date.ts";
import { quarterDays, quarterOf } from "../../domain/quarter.ts";
import { figuresOn, SYNCHRONOUS_DAYS } from "../../domain/rates.ts";
import { refuseField } from "../../domain/refusal.ts";
import { yearsWithout } from "../../domain/working-day.ts";
import type { SupervisionContext } from "../context.ts";
import { within } from "../counted/within.ts";
import { askedDay, askedKnowledge } from "../figures/asked-time.ts";
import { basisOf } from "../figures/basis.ts";
import type { FigureRow } from "../figures/division-sums.ts";
import { rankedRows } from "../figures/ranked-rows.ts";
import { rateRow, ratesWithin, rowOf } from "../figures/rate-rows.ts";
import { withValues } from "../figures/row-values.ts";
import { isFilling } from "../intake/bring-over.ts";

const PAGE_SIZE = 100;

/** Both rates of departments or divisions within reach on a day (4.7.2, 4.7.3). */
export function getRates(context: SupervisionContext): Handlers<typeof SupervisionService>["getRates"] {
  return async (request, { reach }) => {
    const { division, departmentCode: department, level, pageToken: after, orderBy, search } = request;
    const day = askedDay(request.day, context.runtime.now());
    const knownAt = askedKnowledge(request.knownAt);
    if (knownAt !== "" && (department === "" || level !== RateLevel.UNSPECIFIED)) throw knowledgeOfMany();
    const limit = request.pageSize || PAGE_SIZE;
    const bounds = within(reach, { division, department });
    if (!bounds) return { rows: [], nextPageToken: "" };
    const asked = { limit, after, orderBy, search };
    const {
      items,
      next = "",
      placeOf,
    } = knownAt === ""
      ? await rankedRows(context, bounds, { day, level }, asked)
      : { items: await rowsAsKnown(context, bounds, day, knownAt), placeOf: () => 0 };
    const lacking = { silent: await context.nodes.silent(), knownSince: await context.nodes.knownAfter(day) };
    const filling = await isFilling(context);
    const from = request.from === "" ? (quarterDays(quarterOf(day))?.from ?? day) : request.from;
    requireDateRange({ from, to: day, fromField: "from", toField: "day" });
    const [first = from] = [from, addDays(day, 1 - SYNCHRONOUS_DAYS)].sort();
    const yearsWithoutHolidays = yearsWithout(await context.calendars.read(), first, day);
    const valued = await withValues(context, bounds, items, { from, to: day });
    return {
      rows: valued.map(([row, values]) => ({ ...rateRow(row, lacking, values), place: placeOf(row) })),
      nextPageToken: next,
      filling,
      yearsWithoutHolidays,
    };
  };
}

/** A department's figures from what was known at a time; more than one where several nodes tell of it. */
async function rowsAsKnown(
  context: SupervisionContext,
  bounds: Parameters<typeof ratesWithin>[1],
  day: string,
  knownAt: string,
): Promise<FigureRow[]> {
  const rows: FigureRow[] = [];
  for await (const document of ratesWithin(context, bounds)) {
    const figures = figuresOn(await basisOf(context, document.owner, knownAt), day);
    rows.push({ ...rowOf(document, day), figures });
  }
  return rows;
}

function knowledgeOfMany() {
  const description = "goes with one department";
  const remedy = "name department_code, and no level; what was told of all at a time lies in the inspections";
  const localized = "仅适用于单个部门，请填写department_code且不填level；各部门当时的数据见季度检查快照";
  return refuseField("INVALID_FIELD", "known_at", description, remedy, localized);
}
