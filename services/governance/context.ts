import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { Runtime } from "../node/runtime.ts";
import type { DivisionDocument } from "./divisions/division-record.ts";

/** What every route of the governance service works with. */
export interface GovernanceContext {
  runtime: Runtime;
  divisions: GuardedCollection<DivisionDocument>;
}
