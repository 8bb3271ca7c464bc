import type { Client } from "@connectrpc/connect";
import type { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { DivisionService } from "../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import type { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { LifeService } from "../../proto/gen/ecert/sync/v1/life_service_pb.ts";
import type { Bell } from "../base/bell.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Acts } from "./acts/act-record.ts";
import type { BulletinPress } from "./bulletin/bulletin-press.ts";
import type { BulletinDocument } from "./bulletin/bulletin-record.ts";
import type { Calendars } from "./calendar/calendar-record.ts";
import type { IssuedDocument } from "./counted/issued-record.ts";
import type { DayDocument, MonthDocument } from "./counted/month-record.ts";
import type { SumDocument } from "./counted/sum-record.ts";
import type { TallyDocument } from "./counted/tally-record.ts";
import type { FactDocument } from "./facts/fact-record.ts";
import type { MadeAnew } from "./facts/made-anew.ts";
import type { Nodes } from "./facts/nodes.ts";
import type { RateDocument } from "./figures/rate-record.ts";
import type { IndicatorDocument } from "./indicators/indicator-record.ts";
import type { InspectionDocument } from "./inspections/inspection-record.ts";
import type { ProgressDocument } from "./intake/progress-record.ts";

/** What every route of the supervision service works with. The first three hold what events told; the next four follow from them. */
export interface SupervisionContext {
  runtime: Runtime;
  facts: GuardedCollection<FactDocument>;
  issued: GuardedCollection<IssuedDocument>;
  tallies: GuardedCollection<TallyDocument>;
  rates: MadeAnew<RateDocument>;
  months: MadeAnew<MonthDocument>;
  sums: MadeAnew<SumDocument>;
  days: MadeAnew<DayDocument>;
  indicators: GuardedCollection<IndicatorDocument>;
  inspections: GuardedCollection<InspectionDocument>;
  bulletins: GuardedCollection<BulletinDocument>;
  /** How far what was there before has been brought over. */
  progress: MadeAnew<ProgressDocument>;
  /** Which days are worked. */
  calendars: Calendars;
  /** Draws bulletins. */
  press: BulletinPress;
  /** Names of divisions and of departments, and whose accounts are whose. */
  divisions: Client<typeof DivisionService>;
  departments: Client<typeof RegistryService>;
  accounts: Client<typeof AccountService>;
  /** When each node told something last. */
  nodes: Nodes;
  /** Rung when something waits to be counted. */
  bell: Bell;
  /** What was done at this node (审计). */
  done: Acts;
  /** What became of certificates: of this node's own, and of those that others sent. */
  lives: Record<"issue" | "sync", Client<typeof LifeService>>;
}
