import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Heartbeat, JournalMark } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import type { AgentHouse } from "./agent-house.ts";
import { runAgentCommand, startAgentProcess } from "./agent-process.ts";
import { type StubCore, startStubCore } from "./stub-core.ts";
import { openTokenHouse, type TokenHouse } from "./token-house.ts";

const WAIT = { timeout: 20_000, interval: 5 };
let token: TokenHouse;
let house: AgentHouse;
let core: StubCore | undefined;

beforeAll(async () => {
  token = await openTokenHouse();
  ({ house } = token);
}, 30_000);

afterAll(async () => {
  core?.kill();
  await token?.close();
});

/** The core, which says that it has seen the given entry, and an agent that is connected to it. */
async function started(journal?: JournalMark) {
  core?.kill();
  const current = await startStubCore(house.certify("service", "issue"), {
    assets: house.assets,
    ...(journal && { journal }),
  });
  core = current;
  const config = house.writeConfig([current.address], token.device, { admin: { address: "127.0.0.1:0" } });
  const agent = await startAgentProcess(config);
  await expect.poll(() => current.heartbeats.length, WAIT).toBeGreaterThan(0);
  /** What became of certificates: `signatures`, or the reason. */
  const sign = async (...serials: string[]) => {
    const results = await current.ask(serials.map((serial) => house.job(house.message(serial))));
    return serials.map((serial) => {
      const outcome = results.get(serial)?.outcome;
      return outcome?.case === "refusal" ? outcome.value.reason : outcome?.case;
    });
  };
  return { agent, core: current, config, sign };
}

const directory = () => join(house.directory, "journal");
const copyOf = (name: string) => join(house.directory, name);
const keep = (name: string) => cpSync(directory(), copyOf(name), { recursive: true });
const putBack = (name: string) => {
  rmSync(directory(), { recursive: true });
  cpSync(copyOf(name), directory(), { recursive: true });
};
const kinds = async () => {
  const found: string[] = [];
  const verdict = await verifyJournal(directory(), "agent", ({ kind }) => found.push(kind));
  expect(verdict.ok).toBe(true);
  return found;
};

describe("journal and index put back together from an older copy", { timeout: 300_000 }, () => {
  test("sign nothing once a core tells what it has seen, until the right ones are back or a person decides", async () => {
    const first = await started();
    expect(first.core.hellos[0]).toMatchObject({
      recent: [],
      journal: { hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(await first.sign("one", "two")).toEqual(["signatures", "signatures"]);
    await first.agent.end("SIGTERM");
    keep("older");

    const second = await started();
    // What it tells of itself: what it began to sign, newest first, with the clock.
    const [hello] = second.core.hellos;
    const identifiers = ["two", "one"].map((serial) => house.message(serial).metadata.identifier);
    expect(hello?.recent.map(({ identifier }) => identifier).sort()).toEqual([...identifiers].sort());
    expect(
      hello?.recent.every(({ journalEntry }) => journalEntry > 0n && journalEntry <= (hello.journal?.entry ?? 0n)),
    ).toBe(true);
    expect(Math.abs(Date.parse(hello?.time ?? "") - Date.now())).toBeLessThan(60_000);
    expect(await second.sign("three")).toEqual(["signatures"]);
    await second.agent.end("SIGTERM");
    const { head: lost } = await verifyJournal(directory(), "agent");
    const seen = { $typeName: "ecert.agent.v1.JournalMark", entry: BigInt(lost.n), hash: lost.hash } as const;
    keep("right");

    putBack("older");
    const before = (await kinds()).filter((kind) => kind === "intended").length;
    const third = await started(seen);
    expect(third.core.heartbeats[0]).toMatchObject({
      healthy: false,
      reason: "JOURNAL_BEHIND",
    } satisfies Partial<Heartbeat>);
    expect(await third.sign("four", "one")).toEqual(["JOURNAL_BEHIND", "JOURNAL_BEHIND"]);
    const ready = await fetch(`http://${third.agent.admin}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining("put the right journal back")]);
    const metrics = await (await fetch(`http://${third.agent.admin}/metrics`)).text();
    expect(metrics).toMatch(/ecert_agent_journal_behind\{.*\} 1/);
    await third.agent.end("SIGTERM");
    expect((await kinds()).filter((kind) => kind === "intended")).toHaveLength(before);

    // A core that has seen nothing, or says so, changes nothing: it is decided here.
    const fourth = await started();
    expect(await fourth.sign("four")).toEqual(["JOURNAL_BEHIND"]);
    await fourth.agent.end("SIGTERM");
    keep("undecided");
    const doctor = await runAgentCommand("doctor", "--config", fourth.config);
    expect([doctor.code, doctor.stdout]).toEqual([
      1,
      expect.stringMatching(/^fail .*has seen entry \d+, which the journal lacks/m),
    ]);

    putBack("right");
    const fifth = await started(seen);
    expect(await fifth.sign("four")).toEqual(["signatures"]);
    await fifth.agent.end("SIGTERM");

    putBack("undecided");
    const accepted = await runAgentCommand(
      "journal",
      "accept",
      "--config",
      fifth.config,
      "--reason",
      "the disk is lost",
    );
    expect([accepted.code, accepted.stdout]).toEqual([0, expect.stringContaining(`entry ${lost.n} (${lost.hash})`)]);
    expect((await kinds()).at(-1)).toBe("accepted");
    const sixth = await started();
    expect(sixth.core.hellos[0]?.givenUp).toMatchObject({ entry: seen.entry, hash: seen.hash });
    expect(await sixth.sign("four")).toEqual(["signatures"]);
    await sixth.agent.end("SIGTERM");
  });
});
