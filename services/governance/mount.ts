import { DivisionService } from "../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import type { GovernanceContext } from "./context.ts";
import { getDivision } from "./routes/get-division.ts";
import { listDivisions } from "./routes/list-divisions.ts";
import { putDivisions } from "./routes/put-divisions.ts";

/** What the governance service serves: to management bodies and departments, and to whoever needs divisions. */
export function mountRoutes(context: GovernanceContext): MountedService[] {
  return [
    mount(DivisionService, {
      getDivision: getDivision(context),
      listDivisions: listDivisions(context),
      putDivisions: putDivisions(context),
    }),
  ];
}
