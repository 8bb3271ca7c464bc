import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { VENDOR_PRESETS } from "../../agent/device/vendor-presets.ts";
import { createAuthority } from "../../ops/authority/authority.ts";
import { makeSdfDevice, type TestSdfDevice } from "../fixtures/sdf-device.ts";
import { makeSm2Token, type Sm2Token } from "../fixtures/sm2-token.ts";
import { DEPARTMENT } from "../trust/department.ts";
import { ITEM, NODE } from "./agent-house.ts";
import { provinceOptions, runAgentCommand } from "./agent-process.ts";

let directory: string;
let token: Sm2Token;
let sdf: TestSdfDevice;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-sm2-commands-"));
  token = await makeSm2Token(VENDOR_PRESETS.sansec);
  sdf = await makeSdfDevice(["seal", "second"]);
});
afterAll(async () => {
  rmSync(directory, { recursive: true });
  await token.dispose();
  await sdf.dispose();
});

const inHouse = (name: string) => join(directory, name);
const organization = [
  ...["--organization", DEPARTMENT.organization],
  ...["--organization-code", DEPARTMENT.organizationCode],
];

describe("agent commands with SM2 devices", { timeout: 60_000 }, () => {
  test("6.4.1: init with a vendor makes an SM2 key, a request that is certified, and a configuration", async () => {
    writeFileSync(inHouse("pin"), "24681357", { mode: 0o600 });
    const made = await runAgentCommand(
      "init",
      ...["--directory", directory, "--agent", "mzj", "--node", NODE, "--module", token.module, "--token", "gm"],
      ...["--environment", `SM2_TOKEN_CONF=${token.env.SM2_TOKEN_CONF}`, "--vendor", "sansec", "--algorithm", "sm2"],
      ...["--key", "seal", "--seal", "S1", ...organization, "--item", ITEM, "--core", "a=localhost:1"],
      ...provinceOptions(directory),
    );
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining("sm2-sm3") });
    const authority = createAuthority(inHouse("authority"), { national: true });
    const { certPem } = authority.issueSigning(readFileSync(inHouse("seal.request.pem"), "utf8"));
    writeFileSync(inHouse("seal.crt.pem"), certPem);
  });

  test("init takes the numbers of a vendor who is not known, in hex, and refuses a slip of the pen", async () => {
    const numbers = { keyType: 0x9000_0001, generate: 0x9000_0002, sign: 0x9000_0003 };
    const other = await makeSm2Token({ algorithm: "sm2-sm3", ...numbers, digest: "device", signature: "der" });
    const home = inHouse("other");
    mkdirSync(home);
    writeFileSync(join(home, "pin"), "24681357", { mode: 0o600 });
    const initAs = (mechanism: string) =>
      runAgentCommand(
        "init",
        ...["--directory", home, "--agent", "mzj", "--node", NODE, "--module", other.module, "--token", "gm"],
        ...["--environment", `SM2_TOKEN_CONF=${other.env.SM2_TOKEN_CONF}`, "--mechanism", mechanism],
        ...["--algorithm", "sm2", "--key", "seal", "--seal", "S1", ...organization],
        ...["--item", ITEM, "--core", "a=localhost:1", ...provinceOptions(directory)],
      );
    const slip = await initAs("keyType=0x90000001,generate=90000002,sign=0x90000003");
    expect(slip).toMatchObject({ code: 1, stderr: expect.stringContaining("--mechanism.generate must be") });
    const whole = "keyType=0x90000001,generate=0x90000002,sign=0x90000003,digest=device,signature=der";
    expect(await initAs(whole)).toMatchObject({ code: 0, stdout: expect.stringContaining("sm2-sm3") });
    expect(readFileSync(join(home, "agent.json"), "utf8")).toContain('"sign": "0x90000003"');
    const authority = createAuthority(inHouse("authority"));
    const { certPem } = authority.issueSigning(readFileSync(join(home, "seal.request.pem"), "utf8"));
    writeFileSync(join(home, "seal.crt.pem"), certPem);
    const listed = await runAgentCommand("keys", "--config", join(home, "agent.json"));
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining("ok    seal  sm2-sm3  seal S1") });
    await other.dispose();
  });

  test("init --key-files makes a trial host without a device", async () => {
    const home = inHouse("trial");
    const made = await runAgentCommand(
      "init",
      ...["--directory", home, "--agent", "mzj", "--node", NODE, "--key-files", "--algorithm", "sm2", "--key", "seal"],
      ...["--seal", "S1", ...organization, "--item", ITEM, "--core", "a=localhost:1", ...provinceOptions(directory)],
    );
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining("a trial host") });
    const config = JSON.parse(readFileSync(join(home, "agent.json"), "utf8"));
    expect(config).toMatchObject({ trial: true, device: { kind: "key-file" } });
    expect(readFileSync(join(home, "keys/seal.key.pem"), "utf8")).toContain("BEGIN ENCRYPTED PRIVATE KEY");
  });

  test("keys lists each key with algorithm, seals and health, and fails where a seal's key is not there", async () => {
    const config = inHouse("agent.json");
    const second = ["--key", "spare", ...organization, "--out", inHouse("spare.pem")];
    expect(await runAgentCommand("request", "--config", config, ...second)).toMatchObject({ code: 0 });
    const listed = await runAgentCommand("keys", "--config", config, "--json");
    expect(listed.code).toBe(0);
    const states = JSON.parse(listed.stdout) as { label: string }[];
    expect(states.sort((a, b) => (a.label < b.label ? -1 : 1))).toMatchObject([
      { label: "seal", algorithm: "sm2-sm3", seals: ["S1"], healthy: true, latencyMs: expect.any(Number) },
      { label: "spare", algorithm: "sm2-sm3", seals: [], healthy: true },
    ]);
    const policy = readFileSync(inHouse("policy.json"), "utf8");
    writeFileSync(inHouse("policy.json"), policy.replace('"keyLabel": "seal"', '"keyLabel": "gone"'));
    const broken = await runAgentCommand("keys", "--config", config);
    expect(broken).toMatchObject({ code: 1, stdout: expect.stringContaining("gone") });
    writeFileSync(inHouse("policy.json"), policy);
  });

  test("5.8.2: selftest passes on a vendor-defined token and on an SDF device", async () => {
    const config = inHouse("agent.json");
    const first = await runAgentCommand("selftest", "--config", config, "--seconds", "1", "--json");
    expect(JSON.parse(first.stdout)).toMatchObject({ passed: true, kind: "pkcs11" });
    const driver = inHouse("sdf-driver");
    expect(await runAgentCommand("sdf-driver", "--out", driver)).toMatchObject({ code: 0 });
    const { library, keys, env: environment } = sdf;
    const device = { kind: "sdf", driver, library, keys, environment };
    const changed = { ...JSON.parse(readFileSync(config, "utf8")), device };
    writeFileSync(inHouse("sdf.json"), JSON.stringify(changed));
    const made = ["--key", "seal", ...organization, "--out", inHouse("sdf.request.pem")];
    expect(await runAgentCommand("request", "--config", inHouse("sdf.json"), ...made)).toMatchObject({ code: 0 });
    const authority = createAuthority(inHouse("authority"));
    const { certPem } = authority.issueSigning(readFileSync(inHouse("sdf.request.pem"), "utf8"));
    writeFileSync(inHouse("seal.crt.pem"), certPem);
    const second = await runAgentCommand("selftest", "--config", inHouse("sdf.json"), "--seconds", "1", "--json");
    const report = JSON.parse(second.stdout) as { checks: { name: string; outcome: string }[] };
    expect(report).toMatchObject({ passed: true, kind: "sdf" });
    expect(report.checks.map(({ name }) => name)).toContain("killed driver");
  });
});
