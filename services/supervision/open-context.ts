import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { DivisionService } from "../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { LifeService } from "../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import { createBell } from "../base/bell.ts";
import type { Runtime } from "../node/runtime.ts";
import { openActs } from "./acts/act-record.ts";
import { createBulletinPress } from "./bulletin/bulletin-press.ts";
import { openBulletins } from "./bulletin/bulletin-record.ts";
import { openCalendars } from "./calendar/calendar-record.ts";
import type { SupervisionContext } from "./context.ts";
import { openIssued } from "./counted/issued-record.ts";
import { openDays, openMonths } from "./counted/month-record.ts";
import { openSums } from "./counted/sum-record.ts";
import { openTallies } from "./counted/tally-record.ts";
import { openFacts } from "./facts/fact-record.ts";
import { openNodes } from "./facts/nodes.ts";
import { openRates } from "./figures/rate-record.ts";
import { openIndicators } from "./indicators/indicator-record.ts";
import { openInspections } from "./inspections/inspection-record.ts";
import { openProgress } from "./intake/progress-record.ts";

/** Opens what the service works with. */
export async function openContext(runtime: Runtime): Promise<SupervisionContext> {
  return {
    runtime,
    facts: await openFacts(runtime),
    issued: await openIssued(runtime),
    tallies: await openTallies(runtime),
    rates: await openRates(runtime),
    months: await openMonths(runtime),
    sums: await openSums(runtime),
    days: await openDays(runtime),
    indicators: await openIndicators(runtime),
    inspections: await openInspections(runtime),
    bulletins: await openBulletins(runtime),
    progress: await openProgress(runtime),
    calendars: await openCalendars(runtime),
    press: createBulletinPress(),
    divisions: runtime.client(DivisionService, "governance"),
    departments: runtime.client(RegistryService, "catalog"),
    accounts: runtime.client(AccountService, "identity"),
    nodes: await openNodes(runtime),
    bell: createBell(),
    done: await openActs(runtime),
    lives: { issue: runtime.client(LifeService, "issue"), sync: runtime.client(LifeService, "sync") },
  };
}
