import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openIndexFile } from "../../agent/index-file.ts";
import { indexPath, JOURNAL_NAME } from "../../agent/memory.ts";
import { type Authority, createAuthority } from "../../ops/authority/authority.ts";
import { openJournal } from "../../services/journal/journal.ts";
import { verifyJournal } from "../../services/journal/read-journal.ts";
import { makeSoftHsmToken, type SoftHsmToken } from "../fixtures/softhsm.ts";
import { DEPARTMENT } from "../trust/department.ts";
import { ITEM, NODE } from "./agent-house.ts";
import { provinceOptions, runAgentCommand, startAgentProcess } from "./agent-process.ts";
import { type StubCore, startStubCore } from "./stub-core.ts";

let token: SoftHsmToken;
let directory: string;
let authority: Authority;
let core: StubCore;
let config: string;

interface Report {
  passed: boolean;
  figures: { label: string; signaturesPerSecond: number }[];
  checks: { name: string; outcome: string; detail: string; remedy?: string }[];
}

beforeAll(async () => {
  token = await makeSoftHsmToken({ initialize: false });
  directory = mkdtempSync(join(tmpdir(), "ecert-agent-commands-"));
  authority = createAuthority(join(directory, "authority"));
  const { certPem, keyPem } = authority.issueTls({ node: NODE, kind: "service", name: "issue" });
  const ca = Buffer.from(authority.certificates.root);
  core = await startStubCore({ cert: Buffer.from(certPem), key: Buffer.from(keyPem), ca });
  config = join(directory, "mzj", "agent.json");
});

afterAll(async () => {
  core.kill();
  rmSync(directory, { recursive: true });
  await token.dispose();
});

const init = (...more: string[]) =>
  runAgentCommand(
    "init",
    ...["--directory", join(directory, "mzj"), "--agent", "mzj", "--node", NODE, "--module", token.module],
    ...["--token", "dept", "--new-token", "--environment", `SOFTHSM2_CONF=${token.conf}`, "--key", "seal1"],
    ...["--seal", "S1", "--organization", DEPARTMENT.organization],
    ...["--organization-code", DEPARTMENT.organizationCode, "--item", ITEM, "--core", `a=${core.address}`],
    ...provinceOptions(directory),
    ...more,
  );

const inHouse = (name: string) => join(directory, "mzj", name);

describe("agent commands", { timeout: 60_000 }, () => {
  test("every command tells its options, and says what is wrong without a stack", async () => {
    for (const command of ["init", "doctor", "selftest", "run", "journal"]) {
      const { code, stdout } = await runAgentCommand(command, "--help");
      expect([command, code, stdout.includes("node ops/launch.mjs agent")]).toEqual([command, 0, true]);
    }
    for (const args of [["run"], ["run", "--cnfig", "x"], ["doctor", "--config"], ["launch"], ["init"]]) {
      const { code, stderr } = await runAgentCommand(...args);
      expect([args, code, stderr.includes("    at ")]).toEqual([args, 1, false]);
    }
  });

  test("6.4.1: init makes token, key, request and configuration, and changes nothing when repeated", async () => {
    const first = await init();
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining("token dept: initialised") });
    const files = ["agent.json", "policy.json", "pin", "so-pin", "province.pem", "seal1.picture.json"].map(inHouse);
    const policy = JSON.parse(readFileSync(inHouse("policy.json"), "utf8"));
    expect(policy.seals[0].units).toEqual([
      { code: DEPARTMENT.organizationCode, name: DEPARTMENT.organization, division: NODE },
    ]);
    const before = files.map((file) => readFileSync(file, "utf8"));
    const second = await init();
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining("key seal1: there already") });
    expect(files.map((file) => readFileSync(file, "utf8"))).toEqual(before);
    const args = ["req", "-in", inHouse("seal1.request.pem"), "-noout", "-verify", "-subject", "-nameopt", "utf8"];
    expect(execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })).toContain(
      DEPARTMENT.organizationCode,
    );
    expect(await init("--algorithm", "rsa2048")).toMatchObject({ code: 1, stderr: expect.stringContaining("seal1") });
  });

  test("6.2.1.2: doctor names each thing that is missing with its remedy, and is content once it is there", async () => {
    const early = await runAgentCommand("doctor", "--config", config, "--json");
    expect(early.code).toBe(1);
    const { checks } = JSON.parse(early.stdout) as Report;
    const failed = checks.filter(({ outcome }) => outcome === "fail");
    expect(failed.map(({ name }) => name)).toEqual([
      "policy",
      expect.stringContaining("tls.key.pem"),
      "TLS certificate",
      `core a at ${core.address}`,
    ]);
    expect(failed.every(({ remedy }) => remedy !== undefined)).toBe(true);

    const request = readFileSync(inHouse("seal1.request.pem"), "utf8");
    writeFileSync(inHouse("seal1.crt.pem"), authority.issueSigning(request, { days: 10 }).certPem);
    const { certPem, keyPem } = authority.issueTls({ node: NODE, kind: "agent", name: "mzj" });
    writeFileSync(inHouse("tls.crt.pem"), certPem);
    writeFileSync(inHouse("tls.key.pem"), keyPem, { mode: 0o600 });
    writeFileSync(inHouse("ca.pem"), authority.certificates.root);
    chmodSync(inHouse("pin"), 0o644);
    const late = await runAgentCommand("doctor", "--config", config, "--json");
    const report = JSON.parse(late.stdout) as Report;
    expect(report.checks.filter(({ outcome }) => outcome === "fail")).toEqual([]);
    expect(report.checks).toContainEqual(expect.objectContaining({ name: "TLS certificate", outcome: "ok" }));
    const fonts = { name: "fonts for rare characters", outcome: "ok", detail: "HanaMinB" };
    expect(report.checks).toContainEqual(fonts);
    expect(late.code).toBe(0);
    const warned = report.checks.filter(({ outcome }) => outcome === "warn").map(({ name }) => name);
    expect(warned).toEqual(["policy", expect.stringContaining("pin"), "certificate of seal S1"]);
    chmodSync(inHouse("pin"), 0o600);
    expect(core.hellos).toEqual([]);
  });

  test("doctor and run are not fooled by a core of another node", async () => {
    const { certPem, keyPem } = authority.issueTls({ node: "440300", kind: "service", name: "issue" });
    const ca = Buffer.from(authority.certificates.root);
    const other = await startStubCore({ cert: Buffer.from(certPem), key: Buffer.from(keyPem), ca });
    const file = inHouse("other.json");
    const changed = { ...JSON.parse(readFileSync(config, "utf8")), cores: [{ name: "b", address: other.address }] };
    writeFileSync(file, JSON.stringify(changed));
    const { code, stdout } = await runAgentCommand("doctor", "--config", file);
    other.kill();
    expect(code).toBe(1);
    expect(stdout).toContain("the server is not ecert://440100/service/issue but ecert://440300/service/issue");
  });

  test("5.8.2: selftest signs with every key, measures it, and gets over lost sessions and a killed driver", async () => {
    const { code, stdout } = await runAgentCommand("selftest", "--config", config, "--seconds", "1", "--json");
    const report = JSON.parse(stdout) as Report;
    expect(code).toBe(0);
    expect(report.passed).toBe(true);
    expect(report.figures).toMatchObject([{ label: "seal1", signaturesPerSecond: expect.any(Number) }]);
    expect(report.checks.map(({ name, outcome }) => `${outcome} ${name}`)).toEqual([
      "ok keys",
      "ok key seal1",
      "ok lost sessions",
      "ok killed driver",
      "ok seal S1",
      "ok policy",
    ]);
  });

  test("run --check accepts the configuration, and refuses one with an unknown member", async () => {
    expect(await runAgentCommand("run", "--config", config, "--check")).toMatchObject({ code: 0 });
    const file = inHouse("typo.json");
    writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(config, "utf8")), windw: 5 }));
    const { code, stderr } = await runAgentCommand("run", "--config", file, "--check");
    expect([code, stderr]).toEqual([1, expect.stringContaining("windw is unknown")]);
  });

  test("an agent whose journal was restored from an older copy starts once a person has decided, and forgets nothing", async () => {
    const place = inHouse("journal");
    expect(await runAgentCommand("journal", "accept", "--config", config)).toMatchObject({ code: 1 });
    const journal = await openJournal({ directory: place, name: JOURNAL_NAME, now: () => new Date() });
    await journal.append("started", {});
    await journal.close();
    const index = openIndexFile(indexPath(place));
    const taken = { app: "a", businessSerial: "1", digest: "d", identifier: "i" };
    index.add([taken], { n: 7, hash: "0".repeat(64) });
    index.close();
    const refused = await runAgentCommand("run", "--config", config);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("journal accept") });
    const reason = ["--reason", "the disk was restored"];
    const accepted = await runAgentCommand("journal", "accept", "--config", config, ...reason);
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining("goes on from entry 2") });
    const kept = openIndexFile(indexPath(place));
    expect([kept.bySerial("a", "1"), kept.head()?.n]).toEqual([taken, 2]);
    kept.close();
    const entries: object[] = [];
    await verifyJournal(place, JOURNAL_NAME, ({ kind, body }) => entries.push({ kind, ...body }));
    expect(entries.at(-1)).toMatchObject({ kind: "accepted", reason: "the disk was restored", index: 7 });
    const agent = await startAgentProcess(config);
    expect(await agent.end("SIGTERM")).toBe(0);
  });

  test("journal verify shows a break and where it is", async () => {
    const copy = join(directory, "copy");
    mkdirSync(copy);
    writeFileSync(join(copy, "agent.000000000001.jsonl"), '{"n":1}\n');
    const { code, stdout } = await runAgentCommand("journal", "verify", "--directory", copy);
    expect([code, stdout]).toEqual([1, expect.stringContaining("BROKEN at entry 1")]);
    expect(existsSync(join(copy, "agent.lock"))).toBe(false);
  });
});
