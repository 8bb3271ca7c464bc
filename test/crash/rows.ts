import type { AgentStep } from "../../agent/sign-job.ts";
import type { Step } from "../../services/issue/context.ts";

/** Steps of the exchange between nodes, told by what is written to a store or taken by a stream (see `watched.ts`). */
export type ExchangeStep =
  | "make-decided"
  | "event-numbered"
  | "event-published"
  | "receipt-noted"
  | "event-cleared"
  | "event-applied"
  | "position-stored"
  | "receipt-sent";

/** Everything behind which a process can be made to end itself. */
export type CrashStep = Step | AgentStep | ExchangeStep;

/** What is killed. The first three stand in the city that issues, the last three carry its events to the province. */
export type TargetName = "core" | "agent" | "driver" | "leaf" | "hub" | "province";

/** One way to kill: a target, behind a step of its own, or at any moment where no step is named. */
export interface Blow {
  /** The row of the crash table (services/README.md), or what it is not about. */
  row: string;
  target: TargetName;
  step?: CrashStep;
}

const BEHIND_3 = "3 decided, nothing stored";
const BEHIND_4 = "4 faces drawn, nothing stored";
const BEHIND_5 = "5 made";
const BEHIND_6 = "6 signing";
const BEHIND_7 = "7 issued, unpublished";
const BEHIND_8 = "8 before the receipt is settled";
const ANYWHERE = "anywhere";

const at = (row: string, target: TargetName, ...steps: CrashStep[]): Blow[] =>
  steps.map((step) => ({ row, target, step }));

/**
 * Every row of the crash table with the places where it can be hit, each row at least twice. A schedule takes them in turn, so all are hit
 * evenly: `npm test` deals them once on SQLite, as those of cores on MongoDB, `npm run crash` six times and twice.
 */
export const BLOWS: readonly Blow[] = [
  ...at(BEHIND_3, "core", "make-decided", "make-decided"),
  ...at(BEHIND_4, "core", "face-drawn", "face-drawn"),
  ...at(BEHIND_5, "core", "made-stored", "made-stored"),
  ...at(BEHIND_6, "core", "signing-witnessed", "signed", "signed-witnessed"),
  ...at(BEHIND_6, "agent", "intent-journalled", "device-signed", "signature-journalled"),
  ...Array<Blow>(4).fill({ row: BEHIND_6, target: "driver" }),
  ...at(BEHIND_7, "core", "issued-stored", "predecessor-superseded"),
  ...at(BEHIND_8, "core", "event-numbered", "event-published", "receipt-noted", "event-cleared"),
  ...at(BEHIND_8, "province", "event-applied", "position-stored", "receipt-sent"),
  ...Array<Blow>(3).fill({ row: BEHIND_8, target: "hub" }),
  ...Array<Blow>(3).fill({ row: BEHIND_8, target: "leaf" }),
  { row: ANYWHERE, target: "core" },
  { row: ANYWHERE, target: "agent" },
  { row: ANYWHERE, target: "province" },
  { row: ANYWHERE, target: "province" },
];
