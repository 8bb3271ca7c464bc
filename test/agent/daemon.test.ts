import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JobResult } from "../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { DataMessage } from "../../services/domain/message.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { createTrustAnchors } from "../../services/trust/anchors.ts";
import { verifyCms } from "../../services/trust/cms-verify.ts";
import { createSecurityKey } from "../fixtures/security-key.ts";
import { type AgentHouse, ATTESTED_ITEM, CONSOLE, OFFICER_ITEM } from "./agent-house.ts";
import { runAgentCommand, startAgentProcess } from "./agent-process.ts";
import { type StubCore, startStubCore } from "./stub-core.ts";
import { openTokenHouse, type TokenHouse } from "./token-house.ts";

const WAIT = { timeout: 20_000, interval: 5 };
let token: TokenHouse;
let house: AgentHouse;

beforeAll(async () => {
  token = await openTokenHouse();
  ({ house } = token);
}, 30_000);

afterAll(async () => {
  await token?.close();
});

function configOf(cores: StubCore[], journalDirectory: string, changes: object = {}): string {
  const addresses = cores.map(({ address }) => address);
  return house.writeConfig(addresses, token.device, { journalDirectory, window: 1024, ...changes });
}

const newCore = (port?: number) =>
  startStubCore(house.certify("service", "issue"), { ...(port && { port }), assets: house.assets });
const jobs = (prefix: string, count: number, metadata: Partial<DataMessage["metadata"]> = {}) =>
  Array.from({ length: count }, (_, i) => house.message(`${prefix}-${i}`, metadata));
const reasonOf = (result: JobResult | undefined) =>
  result?.outcome.case === "refusal" ? result.outcome.value.reason : result?.outcome.case;

function expectGood(message: DataMessage, bytes: Uint8Array, result: JobResult | undefined): void {
  if (result?.outcome.case !== "signatures") throw new Error(`no signature: ${reasonOf(result)}`);
  const options = { trust: createTrustAnchors([house.authority.certificates.root]), at: new Date() };
  const { messageCms, pdfCms } = result.outcome.value;
  expect(verifyCms(messageCms, { content: bytes }, options).ok).toBe(true);
  const contentDigest = Buffer.from(message.faces[0]?.sha256 ?? "", "hex");
  expect(verifyCms(pdfCms, { contentDigest }, { ...options, requirePades: true }).ok).toBe(true);
}

describe("agent process", { timeout: 60_000 }, () => {
  test("introduces itself to every core, signs what each sends, and leaves in order on SIGTERM", async () => {
    const cores = [await newCore(), await newCore()];
    const admin = { address: "127.0.0.1:0" };
    const agent = await startAgentProcess(configOf(cores, "journal-a", { admin }));
    await expect.poll(() => cores.every((core) => core.heartbeats.length > 0), WAIT).toBe(true);
    expect(cores[0]?.hellos[0]).toMatchObject({ agent: "mzj", window: 1024, seals: [{ seal: "S-p256" }] });
    expect(cores[0]?.heartbeats[0]).toMatchObject({
      healthy: true,
      journalHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      // What the token tells of itself through C_GetTokenInfo (5.8.2).
      device: {
        kind: "pkcs11",
        maker: "SoftHSM project",
        model: "SoftHSM v2",
        serial: expect.stringMatching(/^[0-9a-f]{16}$/),
      },
    });
    for (const [index, core] of cores.entries()) {
      const messages = jobs(`core${index}`, 5);
      const asked = messages.map((message) => house.job(message));
      const results = await core.ask(asked);
      for (const [i, message] of messages.entries()) {
        const job = asked[i] as (typeof asked)[number];
        expectGood(message, job.message, results.get(job.jobId));
      }
    }
    const metrics = await (await fetch(`http://${agent.admin}/metrics`)).text();
    expect(metrics).toMatch(/ecert_agent_jobs_total\{.*outcome="signed".*\} 10/);
    expect(metrics).toMatch(/ecert_agent_link_up\{.*core="core-1".*\} 1/);
    expect(metrics).toMatch(/ecert_agent_seal_expires_seconds\{.*seal="S-p256",what="signing certificate".*\} \d{10}/);
    const ready = await fetch(`http://${agent.admin}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([200, "ready\n"]);
    const [core] = cores as [StubCore];
    const last = core.ask(jobs("last", 80).map((message) => house.job(message)));
    await expect.poll(() => core.answered(), { ...WAIT, interval: 1 }).toBeGreaterThan(5);
    expect(await agent.end("SIGTERM")).toBe(0);
    expect((await last).size).toBe(80);
    expect(cores.every((core) => core.drained() && !core.connected())).toBe(true);
    for (const core of cores) core.kill();
  });

  test("5.9.5: takes a new list of officers without a restart, tells cores, and signs what an officer of it confirms", async () => {
    const core = await newCore();
    const admin = { address: "127.0.0.1:0" };
    const agent = await startAgentProcess(configOf([core], "journal-officers", { admin }));
    await expect.poll(core.connected, WAIT).toBe(true);
    expect(core.hellos[0]?.officers).toMatchObject({
      items: expect.arrayContaining([OFFICER_ITEM]),
      lists: [{ version: 1n, keys: [{ account: "440100-li", since: "2026-01-01", until: "" }] }],
    });
    const by = createSecurityKey();
    const [message] = jobs("confirmed", 1, { itemCode: OFFICER_ITEM, app: CONSOLE }) as [DataMessage];
    const ask = async () => (await core.ask(house.confirmed([message], { by }))).get("confirmed-0");
    expect(reasonOf(await ask())).toBe("ORIGIN_KEY_UNKNOWN");
    const credentials = [{ id: by.id.toString("base64url"), publicKey: by.publicKey, since: "2026-01-01" }];
    const officers = [{ account: "440100-wang", name: "王", credentials }];
    const listFile = join(house.directory, "officers.json");
    writeFileSync(`${listFile}.new`, house.officerList({ version: 2, officers }));
    await rename(`${listFile}.new`, listFile);
    await expect.poll(() => core.told.at(-1)?.lists[0]?.version, WAIT).toBe(2n);
    expect(core.told.at(-1)?.lists[0]?.keys.map(({ account }) => account)).toEqual(["440100-wang"]);
    expect(reasonOf(await ask())).toBe("signatures");
    const metrics = await (await fetch(`http://${agent.admin}/metrics`)).text();
    expect(metrics).toMatch(/ecert_agent_officer_list_version\{.*\} 2/);
    await agent.end("SIGTERM");
    core.kill();
  });

  test("does not start beside another on the same journal, nor where its admin port is taken", async () => {
    const core = await newCore();
    const agent = await startAgentProcess(configOf([core], "journal-g", { admin: { address: "127.0.0.1:0" } }));
    const second = await runAgentCommand("run", "--config", configOf([core], "journal-g"));
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining(`is held by process ${agent.pid}`)]);
    const taken = configOf([core], "journal-h", { admin: { address: agent.admin } });
    const third = await runAgentCommand("run", "--config", taken);
    expect([third.code, third.stderr]).toEqual([1, expect.stringContaining("admin.address")]);
    await agent.end("SIGTERM");
    core.kill();
  });

  test("refuses what its policy does not allow, and what a core altered after the department system signed", async () => {
    const core = await newCore();
    const agent = await startAgentProcess(configOf([core], "journal-b"));
    await expect.poll(core.connected, WAIT).toBe(true);
    const [good] = jobs("altered", 1) as [DataMessage];
    const forged = house.job({ ...good, data: { name: "别的公司" } });
    const { origin } = house.job(good);
    const [foreign] = jobs("foreign", 1, {
      issuer: { name: "别的局", code: "11440106MB9DEM11X6", division: "440100" },
    });
    const [bare] = jobs("bare", 1);
    const results = await core.ask([
      { ...forged, origin, jobId: "forged" },
      { ...house.job(foreign as DataMessage), jobId: "foreign" },
      { ...house.job(bare as DataMessage, { origin: false }), jobId: "bare" },
    ]);
    expect(reasonOf(results.get("forged"))).toBe("ORIGIN_INVALID");
    expect(results.get("foreign")?.outcome.value).toMatchObject({
      reason: "POLICY_REFUSED",
      metadata: { member: "metadata.issuer.code" },
    });
    expect(reasonOf(results.get("bare"))).toBe("ORIGIN_MISSING");
    await agent.end("SIGTERM");
    core.kill();
  });

  test("comes back to a core that was killed, and is not fooled by one with another name", async () => {
    const core = await newCore();
    const port = Number(core.address.split(":")[1]);
    const agent = await startAgentProcess(configOf([core], "journal-c"));
    await expect.poll(core.connected, WAIT).toBe(true);
    core.kill();
    const impostor = await startStubCore(house.certify("service", "usage"), { port });
    await expect
      .poll(() => agent.log.filter((line) => line.includes("the server is not")).length, WAIT)
      .toBeGreaterThan(0);
    expect(impostor.hellos).toEqual([]);
    impostor.kill();
    const again = await newCore(port);
    await expect.poll(again.connected, WAIT).toBe(true);
    expect((await again.ask(jobs("back", 3).map((message) => house.job(message)))).size).toBe(3);
    await agent.end("SIGTERM");
    again.kill();
  });

  test("tells that its device is away, and signs again when it is back", async () => {
    const core = await newCore();
    const agent = await startAgentProcess(configOf([core], "journal-d"));
    await expect.poll(core.connected, WAIT).toBe(true);
    await rename(token.tokenDirectory, `${token.tokenDirectory}.away`);
    const [job] = jobs("away", 1).map((message) => house.job(message));
    const results = await core.ask(job ? [job] : []);
    expect(results.get("away-0")?.outcome.value).toMatchObject({ reason: "DEVICE_AWAY", retryAfterMs: 5_000n });
    await expect.poll(() => core.heartbeats.at(-1), WAIT).toMatchObject({ healthy: false, reason: "DEVICE_AWAY" });
    await rename(`${token.tokenDirectory}.away`, token.tokenDirectory);
    await expect.poll(() => core.heartbeats.at(-1), WAIT).toMatchObject({ healthy: true });
    expect(reasonOf((await core.ask(job ? [job] : [])).get("away-0"))).toBe("signatures");
    await agent.end("SIGTERM");
    core.kill();
  });

  test("its journal holds after SIGKILL under load, and the same certificates are signed again", async () => {
    const core = await newCore();
    const config = configOf([core], "journal-e");
    const work = jobs("load", 200, { itemCode: ATTESTED_ITEM }).map((message) => house.job(message, { origin: false }));
    const journalDirectory = join(house.directory, "journal-e");
    let acknowledged = new Set<bigint>();
    for (const least of [10, 60]) {
      const agent = await startAgentProcess(config);
      await expect.poll(core.connected, WAIT).toBe(true);
      const before = core.answered();
      const asked = core.ask(work);
      await expect.poll(() => core.answered() - before, { ...WAIT, interval: 1 }).toBeGreaterThan(least);
      await agent.end("SIGKILL");
      for (const { outcome } of (await asked).values()) {
        if (outcome.case === "signatures") acknowledged = acknowledged.add(outcome.value.journalEntry);
      }
    }
    const signed = new Set<bigint>();
    const verdict = await verifyJournal(journalDirectory, "agent", ({ n, kind }) => {
      if (kind === "signed") signed.add(BigInt(n));
    });
    expect(verdict).toMatchObject({ ok: true });
    // Every signature that left the house is in the journal.
    expect([...acknowledged].filter((entry) => !signed.has(entry))).toEqual([]);
    const agent = await startAgentProcess(config);
    await expect.poll(core.connected, WAIT).toBe(true);
    const results = await core.ask(work);
    expect([...results.values()].map(reasonOf).filter((reason) => reason !== "signatures")).toEqual([]);
    expect(results.size).toBe(200);
    await agent.end("SIGTERM");
    const verified = await runAgentCommand("journal", "verify", "--directory", journalDirectory, "--json");
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true, signaturesWithoutIntent: [] });
    expect(verified.code).toBe(0);
    core.kill();
  });

  test("its device's driver killed under load costs no answer", async () => {
    const core = await newCore();
    const agent = await startAgentProcess(configOf([core], "journal-f"));
    await expect.poll(core.connected, WAIT).toBe(true);
    const messages = jobs("driver", 200, { itemCode: ATTESTED_ITEM });
    const work = messages.map((message) => house.job(message, { origin: false }));
    const asked = core.ask(work);
    await expect.poll(core.answered, { ...WAIT, interval: 1 }).toBeGreaterThan(10);
    const drivers = execFileSync("pgrep", ["-P", String(agent.pid)], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(drivers).toHaveLength(1);
    process.kill(Number(drivers[0]), "SIGKILL");
    const results = await asked;
    for (const [i, message] of messages.entries()) {
      const job = work[i] as (typeof work)[number];
      expectGood(message, job.message, results.get(job.jobId));
    }
    await expect.poll(() => agent.log.join("\n"), WAIT).toContain("SIGKILL");
    await agent.end("SIGTERM");
    core.kill();
  });
});
