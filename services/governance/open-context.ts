import { ListService } from "../../proto/gen/ecert/catalog/v1/list_service_pb.ts";
import { OpeningService } from "../../proto/gen/ecert/catalog/v1/opening_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { AppService } from "../../proto/gen/ecert/identity/v1/app_service_pb.ts";
import { UploadService } from "../../proto/gen/ecert/issue/v1/upload_service_pb.ts";
import { SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { createTurns } from "../base/in-turn.ts";
import { loadSandboxKeys } from "../host/sandbox-keys.ts";
import type { Runtime } from "../node/runtime.ts";
import { createCarrier } from "./cases/carry-out.ts";
import { carryChange } from "./changes/carry-change.ts";
import { openChanges } from "./changes/change-record.ts";
import type { GovernanceContext } from "./context.ts";
import { openDivisions } from "./divisions/division-record.ts";
import { openEntries } from "./entries/entry-record.ts";
import { activate, setUp } from "./entries/set-up.ts";
import { createHandInPool } from "./hand-ins/hand-in-pool.ts";
import { openHandIns } from "./hand-ins/hand-in-record.ts";
import { carryRequest } from "./openings/carry-request.ts";
import { openOpeningRequests } from "./openings/request-record.ts";
import { takeBack } from "./openings/take-back.ts";
import { openPapers } from "./papers/paper-record.ts";
import { openPlans } from "./plans/plan-record.ts";
import { openSandbox } from "./sandbox/open-sandbox.ts";

/** Opens what the service works with. */
export async function openContext(runtime: Runtime): Promise<GovernanceContext> {
  const entries = await openEntries(runtime);
  const changes = await openChanges(runtime);
  const openingRequests = await openOpeningRequests(runtime);
  const context: GovernanceContext = {
    ...{ runtime, entries, changes, openingRequests },
    divisions: await openDivisions(runtime),
    sandbox: await openSandbox(runtime),
    sandboxKeys: loadSandboxKeys(runtime.config),
    papers: await openPapers(runtime),
    uploads: runtime.client(UploadService, "issue"),
    uploadTurns: createTurns(),
    plans: await openPlans(runtime),
    lists: runtime.client(ListService, "catalog"),
    handIns: await openHandIns(runtime),
    handInFiles: createHandInPool(),
    registry: runtime.client(RegistryService, "catalog"),
    delegations: runtime.client(OpeningService, "catalog"),
    accounts: runtime.client(AccountService, "identity"),
    supervision: runtime.client(SupervisionService, "supervision"),
    apps: runtime.client(AppService, "identity"),
    carriers: {
      entries: createCarrier(runtime, entries, {
        setUp: (one, signal) => setUp(context, one, signal),
        activate: (one, signal) => activate(context, one, signal),
      }),
      openings: createCarrier(runtime, openingRequests, {
        carry: (one, signal) => carryRequest(context, one, signal),
        takeBack: (one, signal) => takeBack(context, one, signal),
      }),
      changes: createCarrier(runtime, changes, { carry: (one, signal) => carryChange(context, one, signal) }),
    },
  };
  return context;
}
