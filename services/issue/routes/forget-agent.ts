import type { AgentRollService } from "../../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IssueContext } from "../context.ts";

/** Takes an agent that was taken out of service off the list; evidence says who did. */
export function forgetAgent({ roll, runtime }: IssueContext): Handlers<typeof AgentRollService>["forgetAgent"] {
  return async ({ name }, { caller }) => {
    const forgotten = await roll.forget(name);
    if (forgotten) await runtime.evidence.append("agent-forgotten", { agent: name, by: callerName(caller) });
    return { forgotten };
  };
}
