import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HelloSchema } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { AgentRollService } from "../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { mount } from "../../services/call/chain/service.ts";
import { type AgentRoll, openAgentRoll } from "../../services/issue/agents/agent-roll.ts";
import { AgentStream } from "../../services/issue/agents/agent-stream.ts";
import type { IssueContext } from "../../services/issue/context.ts";
import { forgetAgent } from "../../services/issue/routes/forget-agent.ts";
import { listAgents } from "../../services/issue/routes/list-agents.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";
import { type OperatedNode, openOperatedNode } from "./operated-node.ts";

let node: OperatedNode;
let roll: AgentRoll;

/** As much of the issue service as the command speaks to. */
const issue: ServiceModule = {
  name: "issue",
  async start(runtime) {
    roll = await openAgentRoll(runtime);
    const context = { runtime, roll } as IssueContext;
    const services = [mount(AgentRollService, { listAgents: listAgents(context), forgetAgent: forgetAgent(context) })];
    return { services, ready: async () => {}, alarms: () => roll.alarms(), stop: async () => {} };
  },
};

beforeAll(async () => {
  node = await openOperatedNode(issue);
});
afterAll(() => node?.close());

const ecert = (...args: string[]) => node.ecert("watch", ...args);

describe("5.7.2: an operator of a node", () => {
  test("sees that nothing needs care, and by the exit code", async () => {
    expect(await ecert()).toMatchObject({ code: 0, out: "没有需要处理的告警 · nothing needs care\n" });
    expect(await ecert("agents")).toMatchObject({ code: 0, out: "没有签名代理连接过 · no agent was ever connected\n" });
  });

  test("sees an agent that went away, since when and what to do; one that was taken out of service is taken off", async () => {
    const stream = new AgentStream(create(HelloSchema, { agent: "lh-scjg", version: "1.0.0" }), 0);
    await roll.came(stream);
    expect((await ecert("agents")).out).toContain("lh-scjg (1.0.0)  可签名 signs");
    const refused = await ecert("forget", "lh-scjg");
    expect(refused.code).toBe(2);
    expect(refused.err).toContain("签名代理lh-scjg在线");
    await roll.left(stream, "ended");
    const { code, out } = await ecert();
    expect(code).toBe(1);
    expect(out).toMatch(/^立即 now {2}签名代理 lh-scjg 不在线.* · agent lh-scjg lost its connection/);
    expect(out).toMatch(/始于 since {3}20\d\d-/);
    expect(out).toContain("start it on its host");
    expect(JSON.parse((await ecert("--json")).out)).toMatchObject([{ kind: "ALARM_KIND_AGENT_AWAY" }]);
    expect(await ecert("forget", "lh-scjg")).toMatchObject({ code: 0, out: "已移除 · taken off the list\n" });
    expect((await ecert()).code).toBe(0);
  });

  test.each([["forget"], ["agents", "lh-scjg"], ["rest"]])("is told what %s lacks", async (...args) => {
    expect((await ecert(...args)).code).toBe(2);
  });
});
