import { createBell } from "../base/bell.ts";
import type { Runtime } from "../node/runtime.ts";
import type { SupervisionContext } from "./context.ts";
import { openIssued } from "./counted/issued-record.ts";
import { openDays, openMonths } from "./counted/month-record.ts";
import { openTallies } from "./counted/tally-record.ts";
import { openFacts } from "./facts/fact-record.ts";
import { openNodes } from "./facts/nodes.ts";
import { openRates } from "./figures/rate-record.ts";
import { openIndicators } from "./indicators/indicator-record.ts";
import { openInspections } from "./inspections/inspection-record.ts";

/** Opens what the service works with. */
export async function openContext(runtime: Runtime): Promise<SupervisionContext> {
  return {
    runtime,
    facts: await openFacts(runtime),
    issued: await openIssued(runtime),
    tallies: await openTallies(runtime),
    rates: await openRates(runtime),
    months: await openMonths(runtime),
    days: await openDays(runtime),
    indicators: await openIndicators(runtime),
    inspections: await openInspections(runtime),
    nodes: await openNodes(runtime),
    bell: createBell(),
  };
}
