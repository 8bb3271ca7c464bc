import { several } from "../../base/several.ts";
import { allOf, listOf } from "../../store/pages-of.ts";
import type { SupervisionContext } from "../context.ts";
import { cellName, type MonthDocument } from "../counted/month-record.ts";
import { sumsOf } from "../counted/sum-record.ts";
import { monthsOf } from "../volumes/period.ts";
import { foldOwner } from "./fold-owner.ts";

const WIDTH = 16;

/** Counts anew what follows from years whose holidays are others now, and takes their marks away last. Resolves to how many there were. */
export async function foldCalendars(context: SupervisionContext): Promise<number> {
  const { years } = context.calendars;
  const waiting = await listOf(years, { index: "dirty", equals: [1] });
  for (const { dirty: _mark, ...document } of waiting) {
    // A decree reaches into the months beside its year.
    const period = { from: `${document.year - 1}-12-01`, to: `${document.year + 1}-01-31` };
    const owners = new Set<string>();
    for (const month of monthsOf(period)) {
      const found = allOf(context.months, { index: "divisions", equals: [month] });
      for await (const one of found) {
        if (!hasDecisions(one)) continue;
        owners.add(one.owner);
        await foldSums(context, one);
      }
    }
    await several(owners, WIDTH, async (owner) => {
      await foldOwner(context, owner);
    });
    await years.replace(document);
  }
  return waiting.length;
}

/** Only what was decided on another day than it was issued on is in time or not by the calendar. */
function hasDecisions({ days }: MonthDocument): boolean {
  const keys = Object.values(days).flatMap((cells) => Object.keys(cells));
  return keys.map(cellName).some(({ action, reason }) => action === "issued" && reason !== "");
}

async function foldSums({ months, sums, calendars }: SupervisionContext, month: MonthDocument): Promise<void> {
  // What was counted meanwhile is in the month that is read here.
  await sums.make(month._id, async () => sumsOf((await months.get(month._id)) ?? month, await calendars.read()));
}
