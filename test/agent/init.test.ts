import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeSoftHsmToken, SOFTHSM_MODULE, type SoftHsmToken } from "../fixtures/softhsm.ts";
import { DEPARTMENT } from "../trust/department.ts";
import { ITEM, NODE } from "./agent-house.ts";
import { AGENT_MAIN, provinceOptions, runAgentCommand } from "./agent-process.ts";

let base: string;
let province: string[];
let token: SoftHsmToken;
let home: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), "ecert-init-"));
  province = provinceOptions(base);
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** A host's directory that is not there yet, and an empty token folder of its own. */
async function fresh(run: () => Promise<void>): Promise<void> {
  token = await makeSoftHsmToken({ initialize: false });
  home = join(mkdtempSync(join(base, "host-")), "above", "home");
  await run();
  await token.dispose();
}

type Changes = Partial<Record<"module" | "token" | "environment" | "key" | "algorithm" | "directory", string[]>>;

/** The command line, but for what a test changes; an empty list leaves the option out. */
function options(changes: Changes = {}): string[] {
  const parts: Record<string, string[]> = {
    directory: ["--directory", home],
    module: ["--module", token.module],
    token: ["--token", "dept", "--new-token"],
    environment: ["--environment", `SOFTHSM2_CONF=${token.conf}`],
    key: ["--key", "seal1"],
    ...changes,
  };
  return [
    ...["init", "--agent", "mzj", "--node", NODE, "--seal", "S1", "--item", ITEM, "--core", "a=localhost:1"],
    ...["--organization", DEPARTMENT.organization, "--organization-code", DEPARTMENT.organizationCode],
    ...province,
    ...Object.values(parts).flat(),
  ];
}

const init = (changes: Changes = {}) => runAgentCommand(...options(changes));

/** Nothing was made: neither the directory, nor one above it, nor a token. */
function expectNothing(): void {
  expect(existsSync(join(home, ".."))).toBe(false);
  expect(readdirSync(token.tokenDirectory)).toEqual([]);
}

/** Each key of the token, by a program that is not ours. */
function keysIn(label = "dept", pinFile = join(home, "pin")): string[] {
  const login = ["--login", "--pin", execFileSync("cat", [pinFile], { encoding: "utf8" })];
  const args = ["--module", SOFTHSM_MODULE, "--token-label", label, ...login, "-O", "--type", "privkey"];
  const listed = execFileSync("pkcs11-tool", args, { env: { ...process.env, ...token.env }, encoding: "utf8" });
  return [...listed.matchAll(/label: +(\S+)/g)].map(([, name]) => name as string);
}

describe("agent init holds everything before it touches a token", { timeout: 300_000 }, () => {
  test("what is wrong with its options and files is named in both languages, and nothing is made", () =>
    fresh(async () => {
      const file = join(base, "no-folder.conf");
      writeFileSync(file, "objectstore.backend = file\n");
      const away = join(base, "away.conf");
      writeFileSync(away, `directories.tokendir = ${base}/away\n`);
      const text = join(base, "text.so");
      writeFileSync(text, "no library");
      const cases: [Changes, string, string][] = [
        [{ environment: [] }, "SOFTHSM2_CONF=FILE", "没有指定SoftHSM的令牌目录"],
        [{ environment: ["--environment", "SOFTHSM2_CONF=softhsm2.conf"] }, "no absolute path", "绝对路径"],
        [{ environment: ["--environment", "SOFTHSM2_CONF=/nowhere"] }, "cannot be read: ENOENT", "无法读取"],
        [{ environment: ["--environment", `SOFTHSM2_CONF=${file}`] }, "names no one folder", "唯一的"],
        [{ environment: ["--environment", `SOFTHSM2_CONF=${away}`] }, "mkdir -m 700", "请先建立"],
        [{ module: ["--module", "/nowhere.so"] }, "--module: /nowhere.so is no file", "厂商的PKCS#11库"],
        [{ module: ["--module", text] }, "see that `module` names", "加密设备故障"],
        [{ token: ["--token", "dept"] }, "pin: ENOENT", "请把口令写入该文件"],
        [{ token: ["--token", "省市场监督管理局印章管理", "--new-token"] }, "at most 32 bytes", "字段不符合要求"],
        [{ key: ["--key", "../seal"] }, "it names files", "--key"],
        [{ algorithm: ["--algorithm", "sm2"] }, "give --vendor or --mechanism", "字段不符合要求"],
        [{ algorithm: ["--algorithm", "sm2", "--vendor", "sansec"] }, "no mechanism 0x80008001", "设备没有算法"],
        [{ directory: ["--directory", join(text, "home")] }, "is no directory", "不是目录"],
      ];
      for (const [changes, english, chinese] of cases) {
        const { code, stderr } = await init(changes);
        expect([code, stderr]).toEqual([1, expect.stringContaining(english)]);
        expect(stderr).toContain(chinese);
        expect(stderr).not.toContain("    at ");
        expectNothing();
      }
    }));

  test("a library of SoftHSM under another name is known by what it says of itself", () =>
    fresh(async () => {
      const module = join(base, "libvendor.so");
      copyFileSync(SOFTHSM_MODULE, module);
      const { code, stderr } = await init({ module: ["--module", module], environment: [] });
      expect([code, stderr]).toEqual([1, expect.stringContaining("SoftHSM was not told where its tokens lie")]);
      expectNothing();
    }));

  test("a token with that label is somebody else's where its PIN is not there: no PIN is tried on it", () =>
    fresh(async () => {
      const other = await makeSoftHsmToken({ label: "dept" });
      token = other;
      const before = readdirSync(token.tokenDirectory);
      const { code, stderr } = await init();
      expect([code, stderr]).toEqual([1, expect.stringContaining("choose another label")]);
      expect(stderr).toContain("已有标签为 dept 的令牌");
      expect(existsSync(home)).toBe(false);
      expect(readdirSync(token.tokenDirectory)).toEqual(before);
      mkdirSync(home, { recursive: true });
      copyFileSync(token.pinFile, join(home, "pin"));
      const unknown = await init({ token: ["--token", "dep"] });
      expect(unknown.stderr).toContain("there is no token with label dep, but: dept");
      const taken = await init({ token: ["--token", "dept"] });
      expect([taken.code, keysIn()]).toEqual([0, ["seal1"]]);
      const algorithm = ["--algorithm", "rsa2048"];
      rmSync(join(home, "agent.json"));
      expect((await init({ token: ["--token", "dept"], algorithm })).stderr).toContain("choose another label");
      expect(existsSync(join(home, "agent.json"))).toBe(false);
    }));
});

const mountable = process.platform === "linux" && process.getuid?.() === 0;
if (!mountable)
  process.stderr.write("a disk that becomes full under agent init skipped: nobody but root mounts a tmpfs\n");

describe("agent init that does not come to its end", { timeout: 300_000 }, () => {
  test.skipIf(!mountable)(
    "takes back what it began wherever the disk becomes full: with room for two files more each time",
    () =>
      fresh(async () => {
        const small = mkdtempSync(join(base, "small-"));
        const mount = (...more: string[]) => execFileSync("mount", ["-t", "tmpfs", "-o", ...more, "tmpfs", small]);
        mount("size=8m,nr_inodes=4");
        try {
          const conf = join(base, "small.conf");
          token = { ...token, tokenDirectory: join(small, "tokens"), conf, env: { SOFTHSM2_CONF: conf } };
          mkdirSync(token.tokenDirectory);
          writeFileSync(conf, `directories.tokendir = ${token.tokenDirectory}\n`);
          home = join(small, "above", "home");
          mount("remount,ro");
          expect((await init({ environment: [] })).stderr).toMatch(/cannot be written to[\s\S]*不可写/);
          mount("remount,rw,size=512k");
          expect((await init()).stderr).toMatch(/less than 1 MiB of room[\s\S]*请腾出空间/);
          const ends: string[] = [];
          for (let inodes = 6, code = 1; code !== 0; inodes += 2) {
            mount(`remount,size=8m,nr_inodes=${inodes}`);
            const run = await init();
            code = run.code;
            if (code === 0) break;
            ends.push(/taken back: (\w+)/.exec(run.stderr)?.[1] ?? "nothing");
            expect(run.stderr).not.toMatch(/LEFT| {4}at /);
            expectNothing();
            expect(inodes).toBeLessThan(60);
          }
          expect(ends).toEqual(expect.arrayContaining(["file", "token", "key"]));
          expect(keysIn()).toEqual(["seal1"]);
        } finally {
          execFileSync("umount", ["--lazy", small]);
        }
      }),
  );

  test("takes back what it began when a signal asks it to stop", () =>
    fresh(async () => {
      const child = spawn(process.execPath, [AGENT_MAIN, ...options()], { stdio: ["ignore", "pipe", "pipe"] });
      let errors = "";
      child.stderr.on("data", (chunk) => {
        errors += chunk;
      });
      child.stdout.once("data", () => child.kill("SIGTERM"));
      await once(child, "close");
      expect([child.exitCode, errors]).toEqual([1, expect.stringContaining("SIGTERM: stopped before the end")]);
      expectNothing();
    }));

  test("goes on where it was killed, saying what is there, at whatever step that was", () =>
    fresh(async () => {
      const said: string[] = [];
      for (const step of ["pin: written", "policy.json: written", "initialised", "made in the device"]) {
        const child = spawn(process.execPath, [AGENT_MAIN, ...options()], { stdio: ["ignore", "pipe", "ignore"] });
        child.stdout.on("data", (chunk) => {
          if (String(chunk).includes(step)) child.kill("SIGKILL");
        });
        await once(child, "close");
        said.push((await init()).stdout);
        const again = await init();
        expect(again.code, again.stderr).toBe(0);
        expect(again.stdout).toContain("token dept: there already");
        expect(again.stdout).toContain("key seal1: there already");
        expect(keysIn()).toEqual(["seal1"]);
        rmSync(join(home, ".."), { recursive: true });
        for (const name of readdirSync(token.tokenDirectory))
          rmSync(join(token.tokenDirectory, name), { recursive: true });
      }
      expect(said[0]).toContain("pin: there already, left as it is");
    }));

  test("gives a token its user PIN that was begun and never got one", () =>
    fresh(async () => {
      const [pin, soPin] = ["24681357", "13572468"];
      const begin = ["--init-token", "--slot-index", "0", "--label", "dept", "--so-pin", soPin];
      execFileSync("pkcs11-tool", ["--module", token.module, ...begin], {
        env: { ...process.env, ...token.env },
        stdio: "ignore",
      });
      mkdirSync(home, { recursive: true });
      writeFileSync(join(home, "pin"), pin);
      const without = await init();
      expect([without.code, without.stderr]).toEqual([1, expect.stringContaining("never given a user PIN")]);
      writeFileSync(join(home, "so-pin"), soPin);
      const { code, stdout } = await init();
      expect([code, stdout]).toEqual([0, expect.stringContaining("its user PIN is set now")]);
      expect(keysIn()).toEqual(["seal1"]);
    }));
});
