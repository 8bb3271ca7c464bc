import { ChangeService } from "../../proto/gen/ecert/governance/v1/change_service_pb.ts";
import { DivisionService } from "../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { EntryService } from "../../proto/gen/ecert/governance/v1/entry_service_pb.ts";
import { HandInService } from "../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import { OpeningRequestService } from "../../proto/gen/ecert/governance/v1/opening_request_service_pb.ts";
import { PaperService } from "../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { PlanService } from "../../proto/gen/ecert/governance/v1/plan_service_pb.ts";
import { SandboxService } from "../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import type { GovernanceContext } from "./context.ts";
import { checkSandbox } from "./routes/check-sandbox.ts";
import { getChange } from "./routes/get-change.ts";
import { getDivision } from "./routes/get-division.ts";
import { getEntry } from "./routes/get-entry.ts";
import { getOpeningRequest } from "./routes/get-opening-request.ts";
import { getPaper } from "./routes/get-paper.ts";
import { getPlan } from "./routes/get-plan.ts";
import { getPlanProgress } from "./routes/get-plan-progress.ts";
import { listChanges } from "./routes/list-changes.ts";
import { listDivisions } from "./routes/list-divisions.ts";
import { listEntries } from "./routes/list-entries.ts";
import { listHandIns } from "./routes/list-hand-ins.ts";
import { listHandedIn } from "./routes/list-handed-in.ts";
import { listOpeningRequests } from "./routes/list-opening-requests.ts";
import { listPlanDepartments } from "./routes/list-plan-departments.ts";
import { listPlanGoals } from "./routes/list-plan-goals.ts";
import { listPlans } from "./routes/list-plans.ts";
import { listSandboxCalls } from "./routes/list-sandbox-calls.ts";
import { prepareBatchList } from "./routes/prepare-batch-list.ts";
import { putChange } from "./routes/put-change.ts";
import { putDivisions } from "./routes/put-divisions.ts";
import { putEntry } from "./routes/put-entry.ts";
import { putHandIn } from "./routes/put-hand-in.ts";
import { putOpeningRequest } from "./routes/put-opening-request.ts";
import { putPaper } from "./routes/put-paper.ts";
import { putPlan } from "./routes/put-plan.ts";
import { takeChangeStep } from "./routes/take-change-step.ts";
import { takeEntryStep } from "./routes/take-entry-step.ts";
import { takeOpeningRequestStep } from "./routes/take-opening-request-step.ts";
import { takePlanStep } from "./routes/take-plan-step.ts";

/** What the governance service serves: to management bodies and departments, and to whoever needs divisions. */
export function mountRoutes(context: GovernanceContext): MountedService[] {
  return [
    mount(DivisionService, {
      getDivision: getDivision(context),
      listDivisions: listDivisions(context),
      putDivisions: putDivisions(context),
    }),
    mount(EntryService, {
      putEntry: putEntry(context),
      takeEntryStep: takeEntryStep(context),
      getEntry: getEntry(context),
      listEntries: listEntries(context),
    }),
    mount(ChangeService, {
      putChange: putChange(context),
      takeChangeStep: takeChangeStep(context),
      getChange: getChange(context),
      listChanges: listChanges(context),
    }),
    mount(HandInService, {
      putHandIn: putHandIn(context),
      listHandIns: listHandIns(context),
      listHandedIn: listHandedIn(context),
    }),
    mount(OpeningRequestService, {
      putOpeningRequest: putOpeningRequest(context),
      takeOpeningRequestStep: takeOpeningRequestStep(context),
      getOpeningRequest: getOpeningRequest(context),
      listOpeningRequests: listOpeningRequests(context),
    }),
    mount(PlanService, {
      putPlan: putPlan(context),
      takePlanStep: takePlanStep(context),
      prepareBatchList: prepareBatchList(context),
      getPlan: getPlan(context),
      listPlans: listPlans(context),
      getPlanProgress: getPlanProgress(context),
      listPlanGoals: listPlanGoals(context),
      listPlanDepartments: listPlanDepartments(context),
    }),
    mount(PaperService, {
      putPaper: putPaper(context),
      getPaper: getPaper(context),
    }),
    mount(SandboxService, {
      listSandboxCalls: listSandboxCalls(context),
      checkSandbox: checkSandbox(context),
    }),
  ];
}
