import { spawn } from "node:child_process";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type RecoverySchema, Standing, StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { mount } from "../../services/call/chain/service.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import type { ServiceModule } from "../../services/node/runtime.ts";
import { type OperatedNode, openOperatedNode } from "./operated-node.ts";

/** What the node tells of its recovery, look by look; the last one stays. */
let tells: MessageInitShape<typeof RecoverySchema>[] = [];
let asked: { dryRun: boolean; acceptLosses: boolean }[] = [];
let standing: Standing = Standing.LEVEL;

const unserved = (): Promise<never> => Promise.reject(new Refusal("UNIMPLEMENTED", "not played here"));
const sync: ServiceModule = {
  name: "sync",
  async start() {
    const next = () => (tells.length > 1 ? tells.shift() : tells[0]);
    const service = mount(StandingService, {
      compareStanding: unserved,
      listForks: unserved,
      settleFork: unserved,
      stopRecovery: unserved,
      async getStanding() {
        const peer = { node: "440000", standing, peerStanding: Standing.LEVEL, detail: "440000 has seen event 9" };
        return { standing, detail: "", peers: [peer] };
      },
      async startRecovery({ dryRun, acceptLosses }) {
        asked.push({ dryRun, acceptLosses });
        return { recovery: next() ?? {} };
      },
      async getRecovery() {
        const recovery = next();
        return recovery ? { recovery } : {};
      },
    });
    return { services: [service], ready: async () => {}, stop: async () => {} };
  },
};

const begun = { startedAt: "2026-11-30T00:00:00Z", standing: Standing.BEHIND };
const part = (done: number, restored: number) => ({
  name: "certificates",
  total: 4n,
  done: BigInt(done),
  restored: BigInt(restored),
});
const neverLeft = ["工作人员账号 · accounts of staff → 重新导入 · import them again"];
const ended = { ...begun, parts: [part(4, 3)], neverLeft, endedAt: "2026-11-30T00:00:09Z", standing: Standing.LEVEL };

let node: OperatedNode;

beforeAll(async () => {
  node = await openOperatedNode(sync);
});
afterAll(() => node?.close());
beforeEach(() => {
  tells = [];
  asked = [];
  standing = Standing.LEVEL;
});

/** Runs the command; `interrupt`: as soon as it has shown how far it is. */
function ecert(args: string[], interrupt = false): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, node.command(...args), { env: node.env });
  const text = { out: "", err: "" };
  child.stdout.on("data", (data) => {
    text.out += data;
  });
  child.stderr.on("data", (data) => {
    text.err += data;
  });
  if (interrupt) child.stderr.once("data", () => child.kill("SIGINT"));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code: code ?? -1, ...text })));
}

describe("ecert recover", () => {
  test("starts, shows how far it is in plain lines where there is no terminal, and prints the report in both languages", async () => {
    tells = [{ ...begun, parts: [part(1, 1)] }, ended];
    const { code, out, err } = await ecert(["recover"]);
    expect([code, asked]).toEqual([0, [{ dryRun: false, acceptLosses: false }]]);
    expect(err).toMatch(/^证照 certificates █+░+ 1\/4.*\n$/);
    expect(out).toContain("恢复报告 · report of the recovery");
    expect(out).toContain("证照 certificates: 已查 looked at 4/4, 已恢复 restored 3");
    expect(out).toContain("齐平 level");
    expect(out).toMatch(/never left this node.*\n {4}- 工作人员账号 · accounts of staff → .*import them again\n$/);
  });

  test("tells what failed and what is lacking, with exit code 1", async () => {
    const notices = ["证照 1 不能恢复"];
    tells = [{ ...ended, notices, failure: "NODE_BEHIND: 1 thing(s) are lacking", standing: Standing.BEHIND }];
    const { code, out } = await ecert(["recover", "--accept-losses"]);
    expect([code, asked]).toEqual([1, [{ dryRun: false, acceptLosses: true }]]);
    for (const text of ["! 证照 1 不能恢复", "失败 failed      NODE_BEHIND", "落后"]) expect(out).toContain(text);
  });

  test("a dry run that finds nothing ends with 0, one that finds something with 1; in JSON as the contract has it", async () => {
    tells = [{ ...ended, dryRun: true, parts: [part(4, 0)], standing: Standing.BEHIND }];
    expect((await ecert(["recover", "--dry-run"])).code).toBe(0);
    tells = [{ ...ended, dryRun: true }];
    const { code, out } = await ecert(["recover", "--dry-run", "--json"]);
    expect(code).toBe(1);
    const parts = [{ name: "certificates", restored: "3" }];
    expect(JSON.parse(out)).toMatchObject({ dryRun: true, parts, neverLeft });
    expect(asked).toEqual(Array(2).fill({ dryRun: true, acceptLosses: false }));
  });

  test("Ctrl-C only stops watching, and says so; --watch looks again without starting anything", async () => {
    tells = [{ ...begun, parts: [part(1, 1)] }];
    const { code, err } = await ecert(["recover"], true);
    expect([code, err]).toEqual([1, expect.stringContaining("the node goes on")]);
    tells = [ended];
    expect((await ecert(["recover", "--watch"])).code).toBe(0);
    expect(asked).toHaveLength(1);
    tells = [];
    expect(await ecert(["recover", "--watch"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("none was ever started"),
    });
  });

  test("gets help, and mistakes in words", async () => {
    expect(await ecert(["recover", "--help"])).toMatchObject({
      code: 0,
      out: expect.stringContaining("--accept-losses"),
    });
    expect((await ecert(["recover", "--dry-run", "--watch"])).code).toBe(2);
    expect((await ecert(["recover", "--slowly"])).err).toContain("--slowly");
  });
});

describe("ecert standing", () => {
  test("shows where the node stands against each peer, with an exit code for alarms", async () => {
    expect(await ecert(["standing"])).toMatchObject({ code: 0, out: expect.stringContaining("节点 node 440000") });
    standing = Standing.BEHIND;
    const { code, out } = await ecert(["standing"]);
    expect([code, out]).toEqual([1, expect.stringContaining("440000 has seen event 9")]);
    expect(JSON.parse((await ecert(["standing", "--json"])).out)).toMatchObject({ standing: "STANDING_BEHIND" });
  });
});
