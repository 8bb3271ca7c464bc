import { isWithin } from "../../domain/division.ts";
import type { SupervisionContext } from "../context.ts";
import type { Snapshot, SnapshotRow } from "../inspections/snapshot.ts";
import type { BulletinContent, BulletinRow } from "./bulletin-content.ts";

/** Quarters of the trend, this one included. */
const QUARTERS = 8;

/** What a bulletin says of what was frozen, with the names that divisions bore on the last day of the quarter. */
export async function contentOf(
  context: SupervisionContext,
  snapshot: Snapshot,
  publisher: string,
  remark: string,
): Promise<BulletinContent> {
  const { division, quarter, from, to, frozenAt, indicators, silent } = snapshot;
  const earlier = await before(context, snapshot);
  const name = (code: string) => divisionName(context, code, to);
  const row = async (one: SnapshotRow): Promise<BulletinRow> => {
    const { figures, volumes } = one;
    const values = indicators.map(({ id }) => one.indicators.find((value) => value.id === id)?.value);
    return { name: one.name || (await name(one.division)), figures, ...volumes, indicators: values };
  };
  const whole = wholeOf(snapshot);
  const parts = snapshot.rows.filter((one) => one.department === "" && one !== whole);
  // Cities of a province, counties of a city: not all levels in one table.
  const next = Math.min(...parts.map((one) => significant(one.division)));
  const previous = earlier.at(-1);
  const previousWhole = previous && wholeOf(previous);
  return {
    ...{ publisher, area: await name(division), quarter, from, to, frozenAt, remark },
    indicators: indicators.map(({ id, name: told }) => ({ id, name: told })),
    total: await row(whole),
    ...(previousWhole && { before: await row(previousWhole) }),
    divisions: await Promise.all(parts.filter((one) => significant(one.division) === next).map(row)),
    departments: await Promise.all(snapshot.rows.filter((one) => one.department !== "").map(row)),
    trend: [...earlier, snapshot].map((one) => ({ quarter: one.quarter, figures: wholeOf(one).figures })),
    silent: await Promise.all(
      silent.map(async ({ node, lastEventAt }) => ({ name: await name(node), since: lastEventAt })),
    ),
  };
}

const NOTHING = { listed: 0, opened: 0, synchronous: 0, portal: 0, usable: 0 };

/** The row of the division itself; where nothing was counted there, there is none. */
function wholeOf({ division, rows }: Snapshot): SnapshotRow {
  const own = rows.find(
    (row) => row.department === "" && isWithin(row.division, division) && isWithin(division, row.division),
  );
  const empty = { division, department: "", name: "", nodes: [], figures: NOTHING, indicators: [] };
  return own ?? { ...empty, volumes: { issued: 0, issuedInTime: 0, used: 0, refused: 0 } };
}

/** Earlier quarters of the division that were frozen, the oldest first. */
async function before({ inspections }: SupervisionContext, { division, quarter }: Snapshot): Promise<Snapshot[]> {
  const { items } = await inspections.query({
    ...{ index: "divisions", equals: [division], to: quarter, descending: true, limit: QUARTERS - 1 },
  });
  return items.map(({ snapshot }) => snapshot).reverse();
}

/** Digits that name a division: the fewer, the higher it stands. */
function significant(division: string): number {
  return division.replace(/(?:00)+$/, "").length;
}

/** One that no list knows is told by its code. */
async function divisionName({ divisions }: SupervisionContext, code: string, day: string): Promise<string> {
  try {
    return (await divisions.getDivision({ code: code.slice(0, 6), day })).division?.name || code;
  } catch {
    return code;
  }
}
