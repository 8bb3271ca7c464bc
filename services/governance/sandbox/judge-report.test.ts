import { generateKeyPairSync, sign } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { passingFolder } from "../../../ops/trial/passing-folder.ts";
import { PaperKind } from "../../../proto/gen/ecert/governance/v1/paper_pb.ts";
import { PaperService } from "../../../proto/gen/ecert/governance/v1/paper_service_pb.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { consoleApp } from "../../domain/console-app.ts";
import { loadSandboxKeys } from "../../host/sandbox-keys.ts";
import type { RunningService } from "../../node/runtime.ts";
import { type SandboxReport, signedSandboxReport } from "../../trust/sandbox-report.ts";
import { governanceService } from "../main.ts";
import { judgedReport, requireReport } from "./judge-report.ts";

const DEPARTMENT = "11440106MB9DEM11X6";
const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const folder = passingFolder("ecert-report-");
const publicKeyFile = join(folder.path, "sandbox.pem");
const config = { sandboxes: [{ node: "TEST440100", publicKeyFile }] };
const staff: StaffActor = {
  ...{ kind: "staff", node: "440100", account: "440100-li", name: "李示例", roles: ["departmentAdministrator"] },
  ...{ department: DEPARTMENT, division: "440106" },
};
const report: SandboxReport = {
  ...{ schema: "ecert.sandbox-report.v1", node: "TEST440100", app: "TEST440100-scjg", department: DEPARTMENT },
  ...{ madeAt: "2026-11-23T02:00:00.000Z", calls: 3 },
  done: (["used", "refused"] as const).map((step) => ({
    ...{ step, at: "2026-11-23T01:00:00.000Z", method: "m", requestId: "r", outcome: "OK", identifier: "", times: 1 },
  })),
};
const signed = (change: Partial<SandboxReport> = {}, key = privateKey) =>
  signedSandboxReport({ ...report, ...change }, (bytes) => sign(null, bytes, key));

let house: TestRuntime;
let running: RunningService;
const papers = () => directClient(running, PaperService, staff);
const paper = (content: Uint8Array) => ({
  ...{ name: "沙箱检测报告.json", mediaType: "text/plain", content, kind: PaperKind.SANDBOX_REPORT },
});

beforeAll(async () => {
  writeFileSync(publicKeyFile, publicKey.export({ type: "spki", format: "pem" }));
  house = await openTestRuntime({ service: "governance", config });
  running = await governanceService.start(house.runtime);
});
afterAll(async () => {
  await running.stop();
  await house.close();
  await folder.remove();
});

test("6.4.5.1: a sandbox report is handed in as its sandbox signed it, and no other", async () => {
  expect((await papers().putPaper(paper(signed()))).paper?.kind).toBe(PaperKind.SANDBOX_REPORT);
  const refused = (content: Uint8Array, reason: string) =>
    expect(papers().putPaper(paper(content))).rejects.toMatchObject({ reason });
  await refused(signed({}, generateKeyPairSync("ed25519").privateKey), "SIGNATURE_INVALID");
  await refused(signed({ node: "TEST440300" }), "SIGNATURE_INVALID");
  await refused(new TextEncoder().encode("tried, and all was well"), "INVALID_FIELD");
});

test("6.4.5.1, 6.4.6.1: an opening is judged by it: this app, all steps, not too old; without one nothing is said", async () => {
  const sha256 = await house.runtime.store.blobs.put(signed());
  const context = { runtime: house.runtime, sandboxKeys: loadSandboxKeys(config) };
  const kept = [{ kind: "sandboxReport" as const, sha256, name: "r", mediaType: "text/plain", size: 1 }];
  const usage = { purpose: "usage" as const, app: "440100-scjg", department: DEPARTMENT };
  expect((await judgedReport(context, kept, usage))?.app).toBe("TEST440100-scjg");
  expect(await judgedReport(context, [], usage)).toBeUndefined();
  await expect(judgedReport(context, kept, { ...usage, purpose: "issuing" })).rejects.toMatchObject({
    reason: "SANDBOX_REPORT_REFUSED",
    fields: [{ localized: expect.stringContaining("签发一份证照、换发一份证照、注销一份证照") }],
  });
  const elsewhere = { ...usage, department: "11440106MB9DEM1361" };
  await expect(judgedReport(context, kept, elsewhere)).rejects.toMatchObject({ reason: "SANDBOX_REPORT_REFUSED" });
  house.setNow("2027-11-24T02:00:00Z");
  await expect(judgedReport(context, kept, usage)).rejects.toMatchObject({ reason: "SANDBOX_REPORT_REFUSED" });
});

test("6.2.4, 6.4.5.1: a node that knows a sandbox asks for the report of each system, unless it is told not to; of the console it asks for none", () => {
  const asked = (config: Partial<TestRuntime["runtime"]["config"]>, app = "440100-scjg") => {
    const runtime = { ...house.runtime, config: { ...house.runtime.config, ...config } };
    try {
      requireReport({ runtime }, [], app);
      return undefined;
    } catch (error) {
      return error;
    }
  };
  expect(asked({})).toMatchObject({
    reason: "PAPER_MISSING",
    fields: [
      {
        ...{ field: "request.papers", description: expect.stringContaining("PAPER_KIND_SANDBOX_REPORT") },
        ...{
          remedy: expect.stringContaining("ecert sandbox check"),
          localized: expect.stringContaining("ecert paper put"),
        },
      },
    ],
  });
  expect(asked({}, consoleApp("440100", DEPARTMENT))).toBeUndefined();
  expect(asked({ governance: { openings: { sandboxReport: "optional" } } })).toBeUndefined();
  expect(asked({ sandboxes: [] })).toBeUndefined();
  expect(asked({ sandboxes: [], governance: { openings: { sandboxReport: "required" } } })).toBeDefined();
});
