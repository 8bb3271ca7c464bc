import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  AgentLeave,
  type AgentRollService,
  AgentState,
  type AgentViewSchema,
} from "../../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPart } from "../../store/ordered-page.ts";
import { type AgentRow, type AgentStanding, type Leave, standingOf } from "../agents/agent-row.ts";
import type { IssueContext } from "../context.ts";

const DEFAULT_PAGE_SIZE = 50;
const STATES: Readonly<Record<AgentStanding["state"], AgentState>> = {
  ready: AgentState.READY,
  faulty: AgentState.FAULTY,
  away: AgentState.AWAY,
};
const LEAVES: Readonly<Record<Leave, AgentLeave>> = {
  drained: AgentLeave.DRAINED,
  ended: AgentLeave.ENDED,
  silent: AgentLeave.SILENT,
};

/** Lists the agents that have ever been connected, by name or in the order asked for. */
export function listAgents({ roll, runtime }: IssueContext): Handlers<typeof AgentRollService>["listAgents"] {
  return async ({ pageSize, pageToken, search, orderBy }) => {
    const at = runtime.now();
    const keys: Record<string, (row: AgentRow) => string> = {
      name: ({ name }) => name,
      since: (row) => standingOf(row, at).since,
      last_seen: ({ seenAt }) => seenAt,
    };
    const ask = async ({ limit, after = "" }: { limit: number; after?: string }) => {
      const page = await roll.list(limit, after);
      return { ...page, items: page.items.filter(({ name, seals }) => holdsPart(search, [name, ...sealTexts(seals)])) };
    };
    const wanted = { limit: pageSize || DEFAULT_PAGE_SIZE, after: pageToken };
    const order = { orderBy, keys, idOf: ({ name }: AgentRow) => name };
    const { items, next = "" } = await orderedPart(ask, wanted, order);
    return { agents: items.map((row) => viewOf(row, at)), nextPageToken: next };
  };
}

/** What an agent is found by beside its name: most are looked for by whose seal they keep. */
function sealTexts(seals: AgentRow["seals"]): string[] {
  return seals.flatMap(({ seal, subject }) => [seal, subject]);
}

function viewOf(row: AgentRow, at: Date): MessageInitShape<typeof AgentViewSchema> {
  const { name, version, links, seals, seenAt, device } = row;
  const { state, since, reason, leave } = standingOf(row, at);
  return {
    ...{ name, version, state: STATES[state], since, lastSeen: seenAt, reason, seals },
    ...(device && { device }),
    leave: leave ? LEAVES[leave] : AgentLeave.UNSPECIFIED,
    links:
      state === "away"
        ? []
        : links.map((link) => ({
            ...{ replica: link.replica, since: link.since, lastSeen: link.seenAt, reason: link.fault },
          })),
  };
}
