import type { Runtime } from "../node/runtime.ts";
import type { GovernanceContext } from "./context.ts";
import { openDivisions } from "./divisions/division-record.ts";

/** Opens what the service works with. */
export async function openContext(runtime: Runtime): Promise<GovernanceContext> {
  return {
    runtime,
    divisions: await openDivisions(runtime),
  };
}
