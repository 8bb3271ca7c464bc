import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  AgentLeave,
  AgentRollService,
  AgentState,
  type AgentView,
} from "../../proto/gen/ecert/issue/v1/agent_roll_service_pb.ts";
import { rowOf, standingOf } from "../../services/issue/agents/agent-row.ts";
import { directClient } from "../fixtures/runtime.ts";
import { SEAL } from "./catalog.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";

let house: House;
let city: Instance;

beforeEach(async () => {
  house = await openHouse();
  city = await house.start();
});
afterEach(() => house.close());

const roll = (instance = city) =>
  directClient(instance.running, AgentRollService, { kind: "operator", node: "440100", name: "anna" });
const listed = async (instance = city): Promise<AgentView[]> => (await roll(instance).listAgents({})).agents;
/** What is told of an agent is stored a moment behind it. */
const state = (name: string) =>
  expect.poll(async () => (await listed()).find((one) => one.name === name)?.state, { timeout: 5_000 });

describe("5.8.4: the agents that were ever connected", () => {
  test("one that comes is listed with its version, its seals and when their certificates end", async () => {
    await city.startAgent();
    await state("agent-a").toBe(AgentState.READY);
    const [agent] = await listed();
    expect(agent).toMatchObject({ version: "test", leave: AgentLeave.UNSPECIFIED, links: [{ reason: "" }] });
    expect(agent?.seals.map(({ seal }) => seal)).toEqual([SEAL]);
    expect(Date.parse(agent?.seals[0]?.notAfter ?? "")).toBeGreaterThan(Date.now());
  });

  test("one that goes without a word is away since then, and one that said so was stopped; both are alarms", async () => {
    const [lost, stopped] = [await city.startAgent({ name: "lost" }), await city.startAgent({ name: "stopped" })];
    await state("stopped").toBe(AgentState.READY);
    stopped.say({ case: "drain", value: { $typeName: "ecert.agent.v1.Drain" } });
    await Promise.all([lost.stop(), stopped.stop()]);
    await state("lost").toBe(AgentState.AWAY);
    await state("stopped").toBe(AgentState.AWAY);
    const leaves = new Map((await listed()).map(({ name, leave }) => [name, leave]));
    expect([leaves.get("lost"), leaves.get("stopped")]).toEqual([AgentLeave.ENDED, AgentLeave.DRAINED]);
    const alarms = (await city.running.alarms?.()) ?? [];
    expect(alarms).toEqual([
      expect.objectContaining({ kind: "AGENT_AWAY", subject: "lost", told: { leave: "ended" } }),
      expect.objectContaining({ kind: "AGENT_AWAY", subject: "stopped", told: { leave: "drained" } }),
    ]);
  });

  test("a device that does not sign is told with its reason and since when, and is well again with the next heartbeat", async () => {
    const agent = await city.startAgent();
    const beat = (healthy: boolean, reason: string) =>
      agent.say({
        case: "heartbeat",
        value: {
          ...{ $typeName: "ecert.agent.v1.Heartbeat", healthy, reason },
          ...{ journalEntries: 0n, journalHash: "", time: "" },
        },
      });
    beat(false, "DEVICE_AWAY");
    await state("agent-a").toBe(AgentState.FAULTY);
    expect((await listed())[0]?.reason).toBe("DEVICE_AWAY");
    expect(await city.running.alarms?.()).toMatchObject([{ kind: "DEVICE_FAULT", told: { reason: "DEVICE_AWAY" } }]);
    // An agent whose own journal is older than what it remembers says so in the same way (`agent/README.md`).
    beat(false, "JOURNAL_BEHIND");
    await expect
      .poll(async () => (await city.running.alarms?.())?.map(({ kind, subject }) => [kind, subject]))
      .toEqual([["JOURNAL_BEHIND", "agent-a"]]);
    beat(true, "");
    await state("agent-a").toBe(AgentState.READY);
    expect(await city.running.alarms?.()).toEqual([]);
  });

  test("5.8.4: a seal whose certificate ends is an alarm from 30 days ahead, by the seal and whichever agent offers it", async () => {
    await city.startAgent();
    await state("agent-a").toBe(AgentState.READY);
    const ends = Date.parse((await listed())[0]?.seals[0]?.notAfter ?? "");
    const ending = async (days: number) => {
      house.setNow(new Date(ends - days * 86_400_000).toISOString());
      const alarms = (await city.running.alarms?.()) ?? [];
      return alarms.flatMap(({ kind, urgent, subject }) => (subject === SEAL ? [[kind, urgent]] : []));
    };
    expect(await ending(31)).toEqual([]);
    expect(await ending(29)).toEqual([["SEAL_CERTIFICATE_ENDING", false]]);
    expect(await ending(-1)).toEqual([["SEAL_CERTIFICATE_ENDING", true]]);
  });

  test("the list is paged by name, and another process of the service tells the same", async () => {
    for (const name of ["c", "a", "b"]) await city.startAgent({ name });
    await state("c").toBe(AgentState.READY);
    await state("b").toBe(AgentState.READY);
    const first = await roll().listAgents({ pageSize: 2 });
    const second = await roll().listAgents({ pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.agents, ...second.agents].map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(second.nextPageToken).toBe("");
    await refusalOf(roll().listAgents({ pageToken: "no token" }), "INVALID_FIELD");
    const found = await Promise.all(["B", SEAL.toLowerCase(), "none"].map((search) => roll().listAgents({ search })));
    expect(found.map(({ agents }) => agents.map(({ name }) => name))).toEqual([["b"], ["a", "b", "c"], []]);
    const other = await house.start();
    expect((await listed(other)).map(({ name }) => name)).toEqual(["a", "b", "c"]);
  });

  test("one that was taken out of service is taken off the list, never while it is connected, and is back when it comes again", async () => {
    const agent = await city.startAgent();
    await state("agent-a").toBe(AgentState.READY);
    await refusalOf(roll().forgetAgent({ name: "agent-a" }), "STATE_CONFLICT");
    await agent.stop();
    await state("agent-a").toBe(AgentState.AWAY);
    expect(await roll().forgetAgent({ name: "agent-a" })).toMatchObject({ forgotten: true });
    expect(await roll().forgetAgent({ name: "agent-a" })).toMatchObject({ forgotten: false });
    expect([await listed(), await city.running.alarms?.()]).toEqual([[], []]);
    await city.startAgent();
    await state("agent-a").toBe(AgentState.READY);
  });
});

describe("how an agent stands, by what is stored", () => {
  const AT = "2026-12-01T08:00:00.000Z";
  const later = (seconds: number) => new Date(Date.parse(AT) + seconds * 1_000);
  const stream = (id: string, fault?: string) =>
    ({ id, agent: "a", version: "1", fault, offers: new Map(), algorithms: new Map(), keyLabels: new Map() }) as never;

  test("a replica that died leaves a connection behind of which nothing is heard: after a minute the agent is away since then", () => {
    const row = rowOf(undefined, stream("one"), { replica: "a", at: AT });
    expect(standingOf(row, later(59)).state).toBe("ready");
    expect(standingOf(row, later(60))).toEqual({ state: "away", since: AT, reason: "", leave: "silent" });
  });

  test("it is ready as long as one replica can have it sign", () => {
    const faulty = rowOf(undefined, stream("one", "DEVICE_AWAY"), { replica: "a", at: AT });
    expect(standingOf(faulty, later(1))).toEqual({ state: "faulty", since: AT, reason: "DEVICE_AWAY" });
    const both = rowOf(faulty, stream("two"), { replica: "b", at: AT });
    expect(standingOf(both, later(1)).state).toBe("ready");
  });

  test("a fault is as old as it was when it was seen first", () => {
    const first = rowOf(undefined, stream("one", "DEVICE_AWAY"), { replica: "a", at: AT });
    const again = rowOf(first, stream("one", "DEVICE_AWAY"), { replica: "a", at: later(15).toISOString() });
    expect(standingOf(again, later(16)).since).toBe(AT);
  });
});
