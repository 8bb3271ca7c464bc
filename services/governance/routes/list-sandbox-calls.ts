import type { SandboxService } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { fittingPage, holdsPart } from "../../store/fitting-page.ts";
import type { GovernanceContext } from "../context.ts";
import { requireSandboxApp } from "../sandbox/require-app.ts";
import { callView } from "../sandbox/sandbox-view.ts";

const PAGE_SIZE = 100;

/** 6.2.4: lists what a system has sent to the sandbox, the newest first or the oldest. */
export function listSandboxCalls(context: GovernanceContext): Handlers<typeof SandboxService>["listSandboxCalls"] {
  return async ({ appKey, search, orderBy, pageSize, pageToken }, call) => {
    const { app, sandbox } = await requireSandboxApp(context, appKey, call);
    const { items, next } = await fittingPage(
      sandbox.records.calls,
      {
        ...{ index: "app", equals: [app._id], descending: orderBy !== "time", limit: pageSize || PAGE_SIZE },
        ...(pageToken !== "" && { after: pageToken }),
      },
      ({ method, outcome, identifier, requestId }) => holdsPart(search, [method, outcome, identifier, requestId]),
    );
    return { calls: items.map(callView), nextPageToken: next ?? "" };
  };
}
