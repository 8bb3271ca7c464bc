import { toJson } from "@bufbuild/protobuf";
import {
  AgentRollService,
  AgentState,
  type AgentView,
  AgentViewSchema,
} from "../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { type Alarm, AlarmSchema, Urgency, WatchService } from "../../proto/gen/ecert/watch/v1/watch_service_pb.ts";
import { EXIT } from "./exit-code.ts";
import { operatorOf } from "./operator-call.ts";
import { allPages, printLeft } from "./operator-list.ts";
import { parseWatch } from "./watch-arguments.ts";

/** Shows what needs care at a node, and its agents; takes one off the list. Resolves to the exit code. */
export async function watch(args: readonly string[]): Promise<number> {
  const { action, agent, json, ...command } = parseWatch(args, process.env);
  const operator = operatorOf(command);
  try {
    if (action === "alarms") {
      const { alarms } = await operator.client(WatchService, command.server).getNode({});
      return printLeft(alarms, { json, viewOf: alarmView, textOf: alarmText, none: NOTHING });
    }
    const roll = operator.client(AgentRollService, command.server);
    if (action === "forget") {
      const { forgotten } = await roll.forgetAgent({ name: agent });
      process.stdout.write(forgotten ? "已移除 · taken off the list\n" : "不在清单中 · it was not on the list\n");
      return EXIT.valid;
    }
    const agents = await allPages(async (page) => {
      const { agents: items, nextPageToken } = await roll.listAgents(page);
      return { items, nextPageToken };
    });
    printLeft(agents, { json, viewOf: agentView, textOf: agentText, none: NO_AGENT });
    return agents.every(({ state }) => state === AgentState.READY) ? EXIT.valid : EXIT.invalid;
  } finally {
    await operator.close();
  }
}

function alarmView(alarm: Alarm) {
  return toJson(AlarmSchema, alarm);
}

function alarmText({ urgency, since, cause, remedy, localizedCause, localizedRemedy }: Alarm): string {
  return [
    `${urgency === Urgency.NOW ? "立即 now" : "尽快 soon"}  ${localizedCause} · ${cause}`,
    `  始于 since   ${since}`,
    `  处理 to do   ${localizedRemedy} · ${remedy}`,
  ].join("\n");
}

function agentView(agent: AgentView) {
  return toJson(AgentViewSchema, agent);
}

function agentText({ name, version, state, since, reason, seals }: AgentView): string {
  const told = seals.map(({ seal, notAfter }) => `  印章 seal    ${seal}, 至 until ${notAfter}`);
  const stands = [STATES[state], reason].filter(Boolean).join(" ");
  return [`${name} (${version})  ${stands}`, `  始于 since   ${since}`, ...told].join("\n");
}

const STATES: Readonly<Record<number, string>> = {
  [AgentState.READY]: "可签名 signs",
  [AgentState.FAULTY]: "不能签名 cannot sign",
  [AgentState.AWAY]: "不在线 away",
};
const NOTHING = "没有需要处理的告警 · nothing needs care\n";
const NO_AGENT = "没有签名代理连接过 · no agent was ever connected\n";
