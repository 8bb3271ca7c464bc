import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tied } from "../../ops/servers/tied.mjs";
import { passingFolder } from "../../ops/trial/passing-folder.ts";
import { freePorts } from "../../ops/trial/ports.ts";

/* The page on installing, followed to the letter: real nats-server, real SoftHSM2, real processes, every block of shell in its order. */

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "ops/config/README.md"), "utf8");
const BLOCKS = [...PAGE.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
/** What the page calls its ports. */
const PORTS = [...new Set(PAGE.match(/"\$\{[PCA]_[A-Z]+:=/g))].map((found) => found.slice(3, -2));

/** Ends with its last process gone, also where it is killed: all that the page starts is in a space of processes of its own. */
const OWN_SPACE = ["unshare", "--fork", "--pid", "--kill-child", "--"];
/** Says which command failed: the shell itself would only stop. */
const STRICT = "set -euo pipefail\ntrap 'echo \"failed: $BASH_COMMAND\" >&2' ERR\n";

const folder = passingFolder("ecert-installation-");
const site = folder.path;
let shell: ChildProcess | undefined;
let followed: { code: number; out: string; err: string };

beforeAll(async () => {
  const ports = await freePorts(PORTS.length);
  const named = Object.fromEntries(PORTS.map((name, index) => [name, String(ports[index])]));
  const [command = "", ...args] = [
    ...(process.getuid?.() === 0 ? OWN_SPACE : []),
    "bash",
    "-c",
    STRICT + BLOCKS.join("\n"),
  ];
  shell = spawn(...tied(command, args), {
    cwd: ROOT,
    env: { ...process.env, ...named, SITE: site },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const { stdout, stderr } = shell as { stdout: NodeJS.ReadableStream; stderr: NodeJS.ReadableStream };
  const [out, err, [code]] = await Promise.all([text(stdout), text(stderr), once(shell, "exit")]);
  followed = { code, out, err };
}, 900_000);
afterAll(async () => {
  shell?.kill("SIGKILL");
  await folder.remove();
});

describe("the page on installing a node", () => {
  test("is followed from an empty folder to the end, and every one of its commands succeeds", () => {
    expect(BLOCKS.length).toBeGreaterThan(12);
    expect(PORTS.length).toBeGreaterThan(10);
    expect(followed, followed.out + followed.err).toMatchObject({ code: 0 });
  });

  test("5.7.2, 5.1.1 brings up a province of its own, then a city that joins it, and neither lacks anything", () => {
    const doctors = followed.out.match(/^(ok|warn|fail) {2,}.*(?:440000|440100|peers).*$/gm) ?? [];
    expect(doctors.filter((line) => line.startsWith("fail"))).toEqual([]);
    expect(followed.out).toContain("440000 全省电子证照系统 (province)");
    expect(followed.out).toMatch(/^ok +对方节点 peer 440000 sync /m);
    expect(followed.out).toMatch(/^ok +消息服务 NATS .*the hub answers$/m);
  });

  test("5.1.2, 5.2.2 ends with a licence that the city issued, the province's department used, and anybody verifies", () => {
    const [line = "{}"] = followed.out.match(/^\{"identifier".*$/m) ?? [];
    const { identifier, data } = JSON.parse(line);
    expect(data).toEqual({ name: "岭海云帆软件有限公司", legalRepresentative: expect.any(String) });
    expect(identifier).toContain(".440100");
    const report = followed.out.slice(followed.out.indexOf("licence.pdf: 真实有效 (valid)"));
    expect(report).toContain(identifier);
    expect(readFileSync(join(site, "licence.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
  });

  test("opens the city's first administrator by a certificate, without a password (5.9.2)", () => {
    expect(followed.out).toContain("已设立管理员 · administrator: 440100-admin\n证书 signs in with: CN=张示例");
  });

  test("tells the city's link well, with nothing that waits", () => {
    expect(followed.out).toMatch(/^440000 {2}正常 well\n {2}待确认 waiting {3}0$/m);
  });

  test("leaves no private key that others can read", () => {
    const keys = readdirSync(site, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => readFileSync(file, "latin1").includes("PRIVATE KEY-----"));
    expect(keys.length).toBeGreaterThan(10);
    expect(keys.filter((file) => (statSync(file).mode & 0o077) !== 0)).toEqual([]);
  });
});
