import { generateKeyPairSync } from "node:crypto";
import { cpSync, rmSync } from "node:fs";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { HelloSchema } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { type House, type Instance, openHouse, refusalOf } from "./house.ts";
import { createAgentHost } from "./real-agent.ts";
import { issue, issued } from "./road.ts";

const WAIT = { timeout: 20_000, interval: 20 };

describe("an agent whose journal is an older copy of what was seen", () => {
  let house: House;
  let city: Instance;
  beforeEach(async () => {
    house = await openHouse();
    city = await house.start();
  });
  afterEach(() => house.close());

  const hash = (digit: string) => digit.repeat(64);
  const mark = (entry: number, digit: string) => ({ entry: BigInt(entry), hash: hash(digit) });
  const meet = (hello: MessageInitShape<typeof HelloSchema>) => city.startAgent({ hello });
  type Agent = Awaited<ReturnType<typeof meet>>;
  const beat = ({ say }: Agent, entry: number, digit: string, reason = "") => {
    const value = { healthy: reason === "", reason, journalEntries: BigInt(entry), journalHash: hash(digit), time: "" };
    say({ case: "heartbeat", value: { $typeName: "ecert.agent.v1.Heartbeat", ...value } });
  };
  /** The core has seen entry 20, by a heartbeat. */
  const seen = async () => {
    const agent = await meet({ journal: mark(20, "a") });
    beat(agent, 20, "a");
    await agent.stop();
  };
  const made = async () => {
    const order = house.order();
    await city.issue.makeCertificate(order);
    return order;
  };

  test("gets no jobs, and the department is told why; the head is known to all replicas and over restarts", async () => {
    await seen();
    city = await house.start();
    const agent = await meet({ journal: mark(12, "b") });
    expect(agent.journal).toMatchObject(mark(20, "a"));
    const refusal = await refusalOf(issue(city, await made()), "JOURNAL_BEHIND");
    expect(refusal.fields[0]?.remedy).toContain("journal accept");
    beat(agent, 12, "b", "JOURNAL_BEHIND");
    await refusalOf(issue(city, await made()), "JOURNAL_BEHIND");
    expect(city.running.notices?.()).toEqual(["the journal of agent agent-a is an older copy"]);
    // Grown beyond what was seen it is another journal still, by its own word.
    beat(agent, 30, "b", "JOURNAL_BEHIND");
    await agent.stop();
    expect((await meet({ journal: mark(31, "b") })).journal).toMatchObject(mark(20, "a"));
    expect(agent.signed).toEqual([]);
  });

  test("is one with another hash under the number that was seen, and one that ends before an entry that a result told", async () => {
    const agent = await meet({ journal: mark(0, "0") });
    await issued(city, house.order());
    await issued(city, house.order());
    beat(agent, 1, "a");
    await agent.stop();
    const other = await meet({ journal: mark(1, "a") });
    expect(other.journal).toMatchObject({ entry: 2n, hash: "" });
    await refusalOf(issue(city, await made()), "JOURNAL_BEHIND");
    await other.stop();
    await seen();
    await meet({ journal: mark(20, "b") });
    await refusalOf(issue(city, await made()), "JOURNAL_BEHIND");
  });

  test("is no such one where another replica heard of an entry that its hello could not tell yet", async () => {
    await seen();
    const agent = await meet({ journal: mark(19, "b") });
    const order = await made();
    await refusalOf(issue(city, order), "JOURNAL_BEHIND");
    beat(agent, 21, "c");
    await expect
      .poll(
        () =>
          issue(city, order).then(
            () => "issued",
            ({ reason }) => reason,
          ),
        WAIT,
      )
      .toBe("issued");
  });

  test("goes on where a person gave up exactly what was seen; evidence says so, and nothing else is believed", async () => {
    await seen();
    const wrong = await meet({ journal: mark(14, "c"), givenUp: mark(19, "a") });
    await refusalOf(issue(city, await made()), "JOURNAL_BEHIND");
    await wrong.stop();
    const agent = await meet({ journal: mark(14, "c"), givenUp: mark(20, "a") });
    expect(agent.journal).toMatchObject(mark(14, "c"));
    await issued(city, house.order());
    expect(house.evidence.filter(({ kind }) => kind === "agent-journal-given-up")).toMatchObject([
      { body: { agent: "agent-a", entry: 20, hash: hash("a"), from: 14, fromHash: hash("c") } },
    ]);
    beat(agent, 16, "d");
    await agent.stop();
    expect((await meet({ journal: mark(17, "e"), givenUp: mark(20, "a") })).journal).toMatchObject(mark(16, "d"));
  });
});

test("a real agent and its core: the journal put back is found before anything is signed, and told on both sides", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const host = await createAgentHost(publicKey.export({ type: "spki", format: "pem" }).toString(), { recent: true });
  onTestFinished(() => host.close());
  const originKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const house = await openHouse({ host, originKeyPem });
  onTestFinished(() => house.close());
  const city = await house.start();
  const session = async () => city.connectAgent();
  const copy = `${host.journalDirectory}-copy`;
  onTestFinished(() => rmSync(copy, { recursive: true }));

  let agent = await session();
  await issued(city, house.order());
  await agent.stop();
  await host.withJournalClosed((directory) => cpSync(directory, copy, { recursive: true }));
  agent = await session();
  await issued(city, house.order());
  await agent.stop();
  const right = await host.signed();
  await host.withJournalClosed((directory) => {
    rmSync(directory, { recursive: true });
    cpSync(copy, directory, { recursive: true });
  });
  expect(await host.signed()).toBe(right - 1);
  agent = await session();
  const order = house.order();
  await city.issue.makeCertificate(order);
  await refusalOf(issue(city, order), "JOURNAL_BEHIND");
  expect(await host.signed()).toBe(right - 1);
  await agent.stop();
}, 60_000);
