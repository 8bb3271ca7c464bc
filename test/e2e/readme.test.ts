import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { printedCalls } from "../../ops/demo/invitation.ts";
import { type LivingTrial, type Written, writeLivingTrial } from "../../ops/demo/living.ts";
import { createNarrator } from "../../ops/demo/narrator.ts";
import { pagesToOpen } from "../../ops/demo/open-pages.ts";
import { type InForce, tellStory } from "../../ops/demo/story.ts";
import { DOCUMENTS, verifyCommand } from "../../ops/demo/trust.ts";
import { buildScreens } from "../../ops/screens/build.ts";
import { ensureServer } from "../../ops/servers/fetch.mjs";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { originKey } from "../../ops/trial/connect.ts";
import { ISSUERS, type IssuingDepartment, USER } from "../../ops/trial/plan.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";
import { type PackedClient, packClient } from "../fixtures/packed-client.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../..");

/** Runs the command in a process of its own: exit code and what it prints. */
const ecert = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  run(process.execPath, [join(ROOT, "ops/ecert/main.ts"), ...args]).then(
    (good) => ({ code: 0, ...good }),
    (error) => error,
  );

describe("README, by a demo that is left running", () => {
  let trial: Trial;
  let inForce: InForce;
  let written: Written;
  let packed: PackedClient | undefined;
  let told = "";
  const directory = mkdtempSync(join(tmpdir(), "ecert-kept-"));
  const artefacts = join(directory, "artefacts");
  // Inside the project, so that `ecert/client` is found; ignored by git.
  const place = join("artefacts", `readme-${process.pid}`);
  const narrator = createNarrator(
    (text) => {
      told += text;
    },
    false,
    () => performance.now(),
  );

  beforeAll(async () => {
    trial = await startTrial({
      directory: join(directory, "trial"),
      layout: "one",
      store: { engine: "sqlite" },
      national: true,
      timeStamps: true,
      staff: true,
      portal: true,
      screens: await buildScreens(),
    });
    inForce = await tellStory(trial, narrator, artefacts);
    written = writeLivingTrial(trial, inForce, artefacts);
  });
  afterAll(async () => {
    await trial?.stop();
    rmSync(directory, { recursive: true, force: true });
    rmSync(place, { recursive: true, force: true });
  });

  test("every check of its story holds, and it prints the command that verifies what it leaves", () => {
    expect(told).not.toContain("✘");
    expect(narrator.failures).toBe(0);
    expect(told).toContain(verifyCommand(artefacts));
    expect(told).toContain("11 people sign in with 11 certificates");
  });

  test("every document that it leaves is valid by the trust folder that a command made, without a network", async () => {
    const left = readdirSync(artefacts).filter((name) => /\.(?:pdf|ofd)$|\.json$/.test(name));
    expect(left.sort()).toEqual([...DOCUMENTS, "context.json", "trial.json"].sort());
    const { stdout } = await run(
      "sh",
      ["-c", `${verifyCommand(artefacts).replace("npm run", "npm run -s")} --json --offline`],
      {
        cwd: ROOT,
      },
    );
    const reports = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(reports.map(({ verdict }) => verdict)).toEqual(DOCUMENTS.map(() => "valid"));
    // By a register, lists and a time stamp authority: nothing was left unchecked.
    expect(reports.flatMap(({ findings, missing }) => [...findings, ...missing])).toEqual([]);
    expect(readdirSync(join(artefacts, "trust"))).toEqual(
      expect.arrayContaining([
        "issuers.json",
        "node-keys.json",
        "province-440000.pem",
        "status.ecsb",
        "time-stamp-list-1.crl",
      ]),
    );
  });

  test("where the trust folder lacks something, the verification names it: authority, list, bundle, register", async () => {
    const poorer = join(directory, "poorer");
    const verifyWithout = async (...names: string[]) => {
      rmSync(poorer, { recursive: true, force: true });
      cpSync(join(artefacts, "trust"), poorer, { recursive: true });
      for (const name of names) rmSync(join(poorer, name));
      const args = ["verify", join(artefacts, "营业执照.pdf"), "--trust", poorer, "--offline"];
      return (await ecert(...args)).stdout;
    };
    const signing = "Trial signing authority";
    const stranger = await verifyWithout("authority-1.pem", "list-1.crl");
    expect(stranger).toContain(`如认可认证机构「${signing}」，把它的证书放入信任目录`);
    expect(stranger).toContain(`the authority ${signing} is not in the trust folder`);
    const poor = await verifyWithout(
      ...["list-1.crl", "status.ecsb", "issuers.json", "time-stamp-authority-1.pem", "time-stamp-list-1.crl"],
    );
    expect(poor).toContain(`把认证机构「${signing}」的现行吊销列表放入信任目录`);
    expect(poor).toContain(`lacks the current revocation list (*.crl) of ${signing}`);
    expect(poor).toMatch(/取得省节点的状态包.*ecert status --server URL --out DIR\/status\.ecsb/);
    expect(poor).toMatch(/取得机构目录.*ecert issuers --server URL --out DIR\/issuers\.json/);
    expect(poor).toContain("time-stamp*.pem");
  });

  test("a trust folder is made for a city too; made anew it loses what is trusted no more, and other files are not mixed in", async () => {
    const [folder, config] = [join(directory, "of-city"), trial.cores.linghai.processes[0]?.configFile ?? ""];
    const exported = (...more: string[]) => ecert("trust", "export", "--to", folder, "--config", config, ...more);
    const province = trial.cores.province.connect.sync?.[0] ?? "";
    expect(await exported()).toMatchObject({ code: 2, stderr: expect.stringContaining("缺少省节点地址") });
    expect(await exported("--server", province)).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(folder)).toEqual(
      expect.arrayContaining(["status.ecsb", "authority-1.pem", "province-440000.pem"]),
    );
    const secrets = readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes("PRIVATE KEY"));
    expect(secrets).toEqual([]);
    const offline = await exported("--offline");
    expect(offline).toMatchObject({ code: 0, stdout: expect.stringContaining("缺少 not in it  状态包 status.ecsb") });
    expect(readdirSync(folder)).not.toContain("status.ecsb");
    writeFileSync(join(folder, "other.pem"), "x");
    const mixed = await exported("--offline");
    expect(mixed.code).toBe(2);
    expect(mixed.stderr).toMatch(/并非导出的文件 other\.pem.*name a new folder/);
  });

  test("trial.json names addresses, and the secret and origin key of every app, each of which is good", async () => {
    const living: LivingTrial = JSON.parse(readFileSync(written.trialFile, "utf8"));
    expect(living).toMatchObject(inForce);
    expect(Object.keys(living.nodes).sort()).toEqual(
      Object.values(trial.cores)
        .map(({ node }) => node.code)
        .sort(),
    );
    expect(living.apps.map(({ key }) => key).sort()).toEqual([...trial.secrets.keys()].sort());
    for (const { node, key: appKey, secretFile, originKeyFile } of living.apps) {
      expect(existsSync(originKeyFile ?? ""), appKey).toBe(true);
      const body = JSON.stringify({ appKey, appSecret: readFileSync(secretFile, "utf8") });
      const url = `${living.nodes[node]?.connect}/ecert.identity.v1.TokenService/IssueAccessToken`;
      const headers = ["--cacert", living.ca, "-H", "content-type: application/json"];
      const { stdout } = await run("curl", ["-sS", ...headers, "-d", body, url]);
      expect(JSON.parse(stdout).accessToken, appKey).toMatch(/^ey/);
    }
    for (const { admin } of Object.values(living.nodes)) expect((await fetch(`${admin}/readyz`)).status).toBe(200);
  });

  test("it names the pages for staff, the counter, holders and anybody, each of which opens, with the accounts for them", async () => {
    const living: LivingTrial = JSON.parse(readFileSync(written.trialFile, "utf8"));
    const told = pagesToOpen(living);
    const { staff = "", counter = "", holders = "", anybody = "" } = living.screens ?? {};
    for (const [page, title] of [
      [staff, "电子证照"],
      [counter, "窗口"],
      [holders, "我的电子证照"],
      [anybody, "验证电子证照"],
    ] as const) {
      const { stdout } = await run("curl", ["-sS", "--fail-with-body", "--cacert", living.ca, page]);
      expect(stdout).toMatch(new RegExp(`<title>[^<]*${title}`));
      expect(told).toContain(page);
    }
    for (const { account, p12, p12Password } of living.staff ?? [])
      for (const needed of [account, p12, p12Password]) expect(told).toContain(needed);
    for (const { account, password } of living.holders ?? []) expect(told).toContain(`${account}  ${password}`);
  });

  test("trial.json names eleven people of 岭海, each with a certificate key that the own password opens, for its owner alone", async () => {
    const { staff = [], nodes } = JSON.parse(readFileSync(written.trialFile, "utf8")) as LivingTrial;
    expect(staff).toHaveLength(11);
    expect(new Set(staff.map(({ p12Password }) => p12Password)).size).toBe(11);
    expect(nodes["440100"]?.signIn).toMatch(/^https:\/\/linghai\.ecert\.localhost:\d+$/);
    for (const file of [written.trialFile, ...staff.map(({ p12 }) => p12)]) {
      expect(statSync(file).mode & 0o777, file).toBe(0o600);
    }
    for (const { p12, p12Password, name, roles } of staff) {
      expect(roles.length, name).toBeGreaterThan(0);
      const args = ["pkcs12", "-in", p12, "-passin", `pass:${p12Password}`, "-nokeys"];
      const { stdout } = await run("openssl", args);
      expect(new X509Certificate(stdout).subject).toContain(`CN=${name}`);
    }
  });

  test("every call that it prints works, one after the other in one shell", async () => {
    const calls = printedCalls(trial, written, artefacts);
    const script = calls.map(({ line }, index) => `echo; echo "== ${index}"\n${line}\n`).join("");
    const { stdout } = await run("bash", ["-euo", "pipefail", "-c", script], { cwd: ROOT, maxBuffer: 16 << 20 });
    const answers = stdout.split(/^== \d+\n/m).slice(1);
    expect(answers).toHaveLength(calls.length);
    const [catalog, , , verified] = answers as [string, string, string, string];
    const session = answers[calls.findIndex(({ what }) => what.includes("工作人员以会话调用"))];
    expect(JSON.parse(session ?? "")).toMatchObject({ account: "440100-scjg-maker", roles: ["ROLE_MAKER"] });
    expect(JSON.parse(catalog).items.length).toBeGreaterThan(0);
    expect(JSON.parse(verified)).toMatchObject({ verdict: "VERDICT_VALID" });
  });

  const SOURCE = { where: "from the source", node: "24" };
  const PACKED = [
    { where: "from the packed package", node: "22" },
    { where: "from the packed package", node: "24" },
  ];
  test.each([SOURCE, ...PACKED])(
    "the sample of a department system runs as it stands $where on Node $node",
    async (at) => {
      const [, sample = ""] = /```ts\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8")) ?? [];
      mkdirSync(place, { recursive: true });
      packed ??= await packClient(directory);
      const script = join(at === SOURCE ? place : packed.app, "sample.ts");
      writeFileSync(script, sample);
      const scjg = ISSUERS[0] as IssuingDepartment;
      const licence = readCatalogFiles().find((file) => file.name === "营业执照") as CatalogFile;
      const keep = (name: string, text: string) => {
        const file = join(directory, name);
        writeFileSync(file, text, { mode: 0o600 });
        return file;
      };
      const { linghai, pengwan, province } = trial.cores;
      const env = {
        ...process.env,
        ECERT_CA: trial.files.root,
        ECERT_CITY: linghai.public.issue?.[0],
        ECERT_OTHER_CITY: pengwan.public.usage?.[0],
        ECERT_PROVINCE: province.public.usage?.[0],
        ECERT_APPROVAL_SECRET: keep("approval-secret", trial.secrets.get(scjg.appKey) ?? ""),
        ECERT_COUNTER_SECRET: keep("counter-secret", trial.secrets.get(USER.appKey) ?? ""),
        ECERT_ORIGIN_KEY: originKey(trial.directory, scjg.appKey).privateKeyFile,
        ECERT_DATA: keep("data.json", JSON.stringify(licence.example.data)),
      };
      const engine = at.node === "22" ? await ensureServer("node-22") : process.execPath;
      expect((await run(engine, ["--version"])).stdout).toContain(`v${at.node}.`);
      const { stdout } = await run(engine, [script], { env });
      const printed = JSON.parse(stdout);
      expect(printed).toMatchObject({ data: { name: licence.example.data.name }, place: "home" });
      expect(printed.bytes).toBeGreaterThan(10_000);
    },
  );
});
