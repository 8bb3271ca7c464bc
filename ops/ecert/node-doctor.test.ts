import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Check } from "../../agent/commands/check.ts";
import { createAuthority } from "../authority/authority.ts";
import { tlsFilesOf, tlsOf } from "../install/starter.ts";
import { freePorts } from "../trial/ports.ts";
import { nats } from "./nats.ts";
import { examineNode } from "./node-doctor.ts";
import { initNode } from "./node-init.ts";

let directory: string;
let written: string;
const node = (name: string) => join(directory, "node", name);

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-doctor-"));
  written = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    written += text;
    return true;
  });
  const [mesh, open, connect, admin, broker] = (await freePorts(5)).map((port) => `127.0.0.1:${port}`) as string[];
  await initNode([
    ...["--role", "city", "--code", "440100", "--name", "岭海市", "--host", "localhost", "--directory", node("")],
    ...["--listen-mesh", mesh, "--listen-public", open, "--listen-connect", connect, "--listen-admin", admin],
    ...["--nats", broker].map(String),
  ] as string[]);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(directory, { recursive: true });
});

/** Puts there what an authority answers, with revocation lists that were made at a time. */
function certify(listsAt = new Date()): void {
  const home = join(directory, "authority");
  const authority = createAuthority(home);
  for (const name of tlsOf("440100")) {
    const { request, certificate } = tlsFilesOf(name);
    const { certPem } = authority.answerTls(readFileSync(node(request), "utf8"), { node: "440100" });
    writeFileSync(node(certificate), certPem);
  }
  copyFileSync(join(home, "root.crt.pem"), node("tls/ca.pem"));
  const lists = createAuthority(home, { now: () => listsAt }).crl();
  for (const name of ["root", "signing"] as const) {
    copyFileSync(join(home, `${name}.crt.pem`), node(`signers/${name}.crt.pem`));
    writeFileSync(node(`signers/${name}.crl.pem`), lists[name]);
  }
}

async function doctor(): Promise<{ code: number; checks: Check[] }> {
  written = "";
  const code = await examineNode(["--config", node("core.json"), "--json"]);
  return { code, checks: JSON.parse(written).checks };
}
const wrongOf = (checks: readonly Check[]) => checks.filter(({ outcome }) => outcome !== "ok");

describe("ecert node doctor", () => {
  test("says of a certificate that its request is to be answered, and names every other file that is missing", async () => {
    const { code, checks } = await doctor();
    expect(code).toBe(1);
    const tls = checks.find(({ name }) => name.endsWith("/tls/certificateFile"));
    expect(tls?.remedy).toContain(`${node("tls/core.request.pem")} · have this request answered`);
    for (const member of ["/tls/caFile", "/signers/anchorFiles/0", "/signers/revocationListFiles/1"]) {
      expect(checks.filter(({ name }) => name.endsWith(member)).length, member).toBeGreaterThan(0);
    }
    expect(checks.every(({ remedy }) => remedy)).toBe(true);
  });

  test("of a node that has its files finds the broker away, no peer yet, and a process that does not run", async () => {
    certify();
    const { code, checks } = await doctor();
    expect(code).toBe(1);
    const wrong = wrongOf(checks).filter(({ name }) => !name.startsWith("fonts"));
    expect(wrong.map(({ name, outcome }) => `${outcome} ${name.split(" ").slice(0, 2).join(" ")}`)).toEqual([
      "fail 消息服务 NATS",
      "warn 对方节点 peers",
      "warn 进程 process",
    ]);
    expect(wrong.every(({ remedy }) => remedy)).toBe(true);
  });

  test("finds a revocation list that is no longer current", async () => {
    certify(new Date(Date.now() - 40 * 86_400_000));
    const { checks } = await doctor();
    const lists = wrongOf(checks).filter(({ name }) => name.startsWith("吊销列表"));
    expect(lists.map(({ outcome }) => outcome)).toEqual(["fail", "fail"]);
  });
});

describe("ecert nats", () => {
  test("writes a leaf, over itself alone: a file that another hand was at is left as it is", async () => {
    certify();
    const out = node("nats.conf");
    const leaf = (hub: string) => nats(["leaf", "--config", node("core.json"), "--hub", hub, "--out", out]);
    await leaf("hub.example:7422");
    expect(readFileSync(out, "utf8")).toContain("tls://hub.example:7422");
    await leaf("new.example:7422");
    expect(readFileSync(out, "utf8")).toContain("tls://new.example:7422");
    writeFileSync(out, `${readFileSync(out, "utf8")}# mine\n`);
    await expect(leaf("hub.example:7422")).rejects.toMatchObject({ reason: "ALREADY_EXISTS" });
    expect(readFileSync(out, "utf8")).toContain("# mine");
  });

  test("makes no hub beside a city, and says which certificate it lacks", async () => {
    certify();
    const config = ["--config", node("core.json")];
    const hub = nats(["hub", ...config, "--listen-leaves", "127.0.0.1:1", "--store", node("s"), "--out", node("n")]);
    await expect(hub).rejects.toThrow("is the configuration of a city");
    rmSync(node("tls/nats.crt.pem"));
    const leaf = nats(["leaf", ...config, "--hub", "hub.example:7422", "--out", node("n")]);
    await expect(leaf).rejects.toThrow("--certificate");
  });
});
