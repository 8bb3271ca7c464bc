import type { Bell } from "../base/bell.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { Runtime } from "../node/runtime.ts";
import type { IssuedDocument } from "./counted/issued-record.ts";
import type { DayDocument, MonthDocument } from "./counted/month-record.ts";
import type { TallyDocument } from "./counted/tally-record.ts";
import type { FactDocument } from "./facts/fact-record.ts";
import type { MadeAnew } from "./facts/made-anew.ts";
import type { Nodes } from "./facts/nodes.ts";
import type { RateDocument } from "./figures/rate-record.ts";
import type { IndicatorDocument } from "./indicators/indicator-record.ts";
import type { InspectionDocument } from "./inspections/inspection-record.ts";

/** What every route of the supervision service works with. The first three hold what events told; the next three follow from them. */
export interface SupervisionContext {
  runtime: Runtime;
  facts: GuardedCollection<FactDocument>;
  issued: GuardedCollection<IssuedDocument>;
  tallies: GuardedCollection<TallyDocument>;
  rates: MadeAnew<RateDocument>;
  months: MadeAnew<MonthDocument>;
  days: MadeAnew<DayDocument>;
  indicators: GuardedCollection<IndicatorDocument>;
  inspections: GuardedCollection<InspectionDocument>;
  /** When each node told something last. */
  nodes: Nodes;
  /** Rung when something waits to be counted. */
  bell: Bell;
}
