import { createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SandboxStep } from "../../../proto/gen/ecert/governance/v1/sandbox_pb.ts";
import { SandboxService } from "../../../proto/gen/ecert/governance/v1/sandbox_service_pb.ts";
import { bothEngines, type Engine } from "../../../test/fixtures/engines.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { AppActor, StaffActor } from "../../domain/actor.ts";
import { certificateIdentifier } from "../../domain/certificate-identifier.ts";
import { certificateSerial } from "../../domain/certificate-serial.ts";
import type { RunningService } from "../../node/runtime.ts";
import type { Store } from "../../store/port.ts";
import { readSandboxReport, requireSandboxReport } from "../../trust/sandbox-report.ts";
import { governanceService } from "../main.ts";

const NODE = "TEST440100";
const APP = `${NODE}-scjg`;
const DEPARTMENT = "11440106MB9DEM11X6";
const KEPT = 10;
const serial = certificateSerial({ node: NODE, issueDate: "2026-11-24", app: APP, businessSerial: "1" });
const certificate = (version: number) =>
  certificateIdentifier({ typeCode: "11100000000013338W001", issuer: DEPARTMENT, serial, version });
const actor: AppActor = { kind: "app", app: APP, department: DEPARTMENT, node: NODE, scopes: [] };
const staff: StaffActor = {
  ...{ kind: "staff", node: NODE, account: `${NODE}-li`, name: "李示例", roles: ["departmentAdministrator"] },
  ...{ department: DEPARTMENT, division: "440106" },
};

describe.each(await bothEngines())("a sandbox on $name", (engine: Engine) => {
  let opened: { store: Store; remove(): Promise<void> };
  let house: TestRuntime;
  let running: RunningService;
  const operator = () => directClient(running, SandboxService);
  const as = (who: AppActor | StaffActor) => directClient(running, SandboxService, who);

  /** A call of the app, as the chain tells it at its end. */
  function called(method: string, outcome = "OK", version = 0, { by = actor, fields = [] as string[] } = {}): void {
    const notes = version === 0 ? {} : { notes: { identifier: certificate(version), item: "GD-1" } };
    const line = { time: house.runtime.now().toISOString(), requestId: "r-1", traceId: "t", caller: `app/${by.app}` };
    running.onCall?.({ ...line, method: `ecert.${method}`, outcome, ms: 12.4, ...notes }, { caller: by, fields });
  }

  beforeAll(async () => {
    opened = await engine.open();
    house = await openTestRuntime({
      ...{ service: "governance", store: opened.store, code: NODE, role: "province", now: "2026-11-24T02:00:00Z" },
      config: { sandbox: { keptCalls: KEPT } },
      clients: {
        "ecert.catalog.v1.RegistryService": { getDepartment: async () => ({ department: { division: "440106" } }) },
      },
    });
    running = await governanceService.start(house.runtime);
  });
  afterAll(async () => {
    await running.stop();
    await house.close();
    await opened.remove();
  });

  test("6.2.4: a system of which nothing has come is not known, and neither is another's, in the same words", async () => {
    const refused = { reason: "APP_UNKNOWN", fields: [{ field: "app_key", localized: expect.any(String) }] };
    await expect(as(actor).checkSandbox({})).rejects.toMatchObject(refused);
    called("issue.v1.IssueService/MakeCertificate", "DATA_INVALID", 0, { fields: ["order.data/name"] });
    await expect(as({ ...actor, app: `${NODE}-b` }).checkSandbox({ appKey: APP })).rejects.toMatchObject(refused);
    await expect(as({ ...staff, department: "other" }).checkSandbox({ appKey: APP })).rejects.toMatchObject(refused);
    await expect(operator().checkSandbox({})).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });

  test("6.2.4: a department sees what its system sent, by method, time, result and fields, and no values", async () => {
    const { calls } = await as(staff).listSandboxCalls({ appKey: APP });
    expect(calls).toMatchObject([
      {
        ...{ number: 1n, method: "ecert.issue.v1.IssueService/MakeCertificate", outcome: "DATA_INVALID" },
        ...{ time: "2026-11-24T02:00:00.000Z", fields: ["order.data/name"], requestId: "r-1", milliseconds: 12 },
      },
    ]);
  });

  test("6.2.4.1, 6.2.4.3: the five steps are derived from what was recorded, and the report is signed", async () => {
    const before = await as(actor).checkSandbox({});
    expect(before.steps.filter(({ done }) => done).map(({ step }) => step)).toEqual([SandboxStep.REFUSED]);
    expect([before.enoughForIssuing, before.enoughForUsage]).toEqual([false, false]);
    called("issue.v1.IssueService/MakeCertificate", "OK", 1);
    called("issue.v1.IssueService/IssueCertificate", "OK", 1);
    called("issue.v1.IssueService/IssueCertificate", "OK", 2);
    called("usage.v1.UsageService/ExtractData", "OK", 2);
    called("issue.v1.IssueService/RevokeCertificate", "OK", 2);
    const { steps, enoughForIssuing, enoughForUsage, report } = await as(actor).checkSandbox({});
    expect(steps.map(({ done, name, identifier }) => [done, name, identifier])).toEqual([
      [true, "签发一份证照", certificate(1)],
      [true, "换发一份证照", certificate(2)],
      [true, "用证一次", certificate(2)],
      [true, "注销一份证照", certificate(2)],
      [true, "收到一次业务拒绝", ""],
    ]);
    expect([enoughForIssuing, enoughForUsage]).toEqual([true, true]);
    const key = createPublicKey(house.nodePublicKeyPem);
    const read = readSandboxReport(report, (_, bytes, signature) => verify(null, bytes, key, signature));
    expect(read).toMatchObject({ node: NODE, app: APP, department: DEPARTMENT, calls: 6 });
    const now = house.runtime.now();
    requireSandboxReport(read, { purpose: "issuing", app: "440100-scjg", department: DEPARTMENT, now });
  });

  test("6.2.4: the last calls of each app are kept, as many as the configuration says; steps outlive them", async () => {
    const other = { ...actor, app: `${NODE}-other` };
    for (let count = 0; count < KEPT * 2; count++) called("issue.v1.IssueService/GetCertificate", "OK", 1);
    called("usage.v1.UsageService/VerifyCertificate", "CERTIFICATE_UNKNOWN", 0, { by: other });
    const first = await as(actor).listSandboxCalls({ pageSize: 6 });
    const second = await as(actor).listSandboxCalls({ pageSize: 6, pageToken: first.nextPageToken });
    const numbers = [...first.calls, ...second.calls].map(({ number }) => Number(number));
    expect(numbers).toEqual(Array.from({ length: KEPT }, (_, index) => 26 - index));
    const oldest = await as(actor).listSandboxCalls({ orderBy: "time", pageSize: 2 });
    expect(oldest.calls.map(({ number }) => number)).toEqual([BigInt(27 - KEPT), BigInt(28 - KEPT)]);
    const found = async (search: string) => (await as(actor).listSandboxCalls({ search })).calls.length;
    expect([await found("getcertificate"), await found("VerifyCertificate")]).toEqual([KEPT, 0]);
    expect((await as(actor).checkSandbox({})).enoughForIssuing).toBe(true);
    expect((await as(other).listSandboxCalls({})).calls).toHaveLength(1);
  });

  test("calls of others than apps are not recorded, and a management body sees its own division's systems", async () => {
    const line = { time: "", requestId: "", traceId: "", caller: "public", method: "m", outcome: "OK", ms: 1 };
    running.onCall?.(line, { caller: { kind: "public" }, fields: [] });
    const body: StaffActor = { ...staff, roles: ["administrator"], department: "other", division: "440100" };
    expect((await as(body).listSandboxCalls({ appKey: APP, pageSize: 1 })).calls).toHaveLength(1);
    const elsewhere = as({ ...body, division: "440300" }).listSandboxCalls({ appKey: APP });
    await expect(elsewhere).rejects.toMatchObject({ reason: "APP_UNKNOWN" });
  });
});

test("6.2.4: a node of production records nothing and has no report", async () => {
  const house = await openTestRuntime({ service: "governance" });
  const running = await governanceService.start(house.runtime);
  expect(running.onCall).toBeUndefined();
  await expect(directClient(running, SandboxService).checkSandbox({ appKey: APP })).rejects.toMatchObject({
    reason: "UNIMPLEMENTED",
  });
  await running.stop();
  await house.close();
});
