import type { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { GovernanceContext } from "../context.ts";
import { dayOf, divisionView } from "../divisions/division-view.ts";
import { requireDivision } from "../divisions/find-division.ts";

/** Reads a division as it was on a day. */
export function getDivision(context: GovernanceContext): Handlers<typeof DivisionService>["getDivision"] {
  return async ({ code, day }) => {
    const asked = dayOf(day, context.runtime.now());
    const { document } = await requireDivision(context, code, asked);
    return { division: divisionView(document, asked) };
  };
}
