import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createAuthority } from "../../ops/authority/authority.ts";
import { type CertificateRecord, CertificateState } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { FileFormat } from "../../proto/gen/ecert/type/v1/file_pb.ts";
import { Verdict } from "../../proto/gen/ecert/usage/v1/usage_context_pb.ts";
import { UsageService } from "../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../test/fixtures/runtime.ts";
import { identifierOf, type RecordChange, signedRecord } from "../../test/fixtures/signed-record.ts";
import { createDepartment, DEPARTMENT, type Department } from "../../test/trust/department.ts";
import { canonicalBytes } from "../domain/canonical.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Caller } from "../runtime/caller.ts";
import type { RunningService } from "../runtime/runtime.ts";
import { verifyAsNode } from "../trust/node-key.ts";
import { usageService } from "./main.ts";
import { CODE_MAX_USES } from "./routes/create-usage-context.ts";

const APP = "440300-zwfw";
const HOLDER = { name: "岭海云帆软件有限公司", code: "91440106MA9DEM2A6K", codeType: "001" };
const caller: Caller = { kind: "app", app: APP, department: "114403000000991003", node: "440300", scopes: [] };

let directory: string;
let department: Department;
let environment: TestRuntime;
let running: RunningService;
let records: CertificateRecord[];
let across: CertificateRecord[];
let away: boolean;

const DATA = { name: HOLDER.name, address: "望潮大道88号", capital: "伍佰万元" };

function record(name: string, change: RecordChange = {}): CertificateRecord {
  return signedRecord(department, name, { revision: 3n, holders: [HOLDER], data: DATA, ...change });
}

const unknown = () => new Refusal("CERTIFICATE_UNKNOWN", "no such certificate");
const find = (from: CertificateRecord[], identifier: string) => {
  const found = from.find((one) => one.identifier === identifier);
  if (!found) throw unknown();
  return found;
};
const file = { format: FileFormat.PDF, content: new Uint8Array([1, 2, 3]) };

const clients = {
  "ecert.catalog.v1.TermsService": {
    getUsageTerms: async ({ matterCode }: { matterCode: string }) => {
      if (matterCode !== "M1") throw new Refusal("MATTER_UNKNOWN", "no such matter");
      const items = [{ itemCode: "YYZZ", fields: ["name", "address"] }];
      return { matter: { node: "440300", items }, department: { code: caller.department } };
    },
  },
  "ecert.sync.v1.ArchiveService": {
    getCertificate: async ({ identifier }: { identifier: string }) => ({ record: find(records, identifier) }),
    findCertificates: async () => ({ records }),
    getFile: async () => ({ file }),
  },
  "ecert.sync.v1.ExchangeService": {
    getAcross: async ({ identifier }: { identifier: string }) => {
      if (away) throw new Refusal("PEER_AWAY", "the province is away");
      return { record: find(across, identifier), fromArchive: true };
    },
    findAcross: async () => {
      if (away) throw new Refusal("PEER_AWAY", "the province is away");
      return { records: across, unreachableNodes: [] };
    },
    fetchFileAcross: async () => ({ file }),
  },
};

const context = {
  purpose: "核验主体资格",
  holder: HOLDER,
  itemCodes: ["YYZZ"],
  businessId: "YW-1",
  stage: "受理",
  outlet: "12 号窗口",
  businessTime: "2026-11-24T02:00:00Z",
  departmentCode: caller.department,
  operator: { account: "zhangsan", name: "张示例" },
  matterCode: "M1",
};

const usage = (as: Caller = caller) => directClient(running, UsageService, as);
const code = async () => (await usage().createUsageContext({ requestId: "r", context })).usageCode;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-usage-"));
  // The signing authority is older than the certificates of these tests.
  const authority = createAuthority(join(directory, "authority"), { now: () => new Date("2026-11-01T00:00:00Z") });
  department = await createDepartment(authority, "P-256");
  writeFileSync(join(directory, "anchor.pem"), authority.certificates.signing);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach(async () => {
  records = [record("own-1")];
  across = [record("far-1", { node: "440200" })];
  away = false;
  environment = await openTestRuntime({
    service: "usage",
    code: "440300",
    now: "2026-11-24T02:00:00Z",
    clients,
    config: { signers: { anchorFiles: [join(directory, "anchor.pem")] } },
  });
  running = await usageService.start(environment.runtime);
  return async () => {
    const closed = environment.close();
    await running.stop();
    await closed;
  };
});

describe("usage codes (5.4.3)", () => {
  test("5.4.3 a context gives a code of 128 random bits that lasts 15 minutes and is stored only as a digest", async () => {
    const answer = await usage().createUsageContext({ requestId: "r", context });
    expect(Buffer.from(answer.usageCode, "base64url")).toHaveLength(16);
    expect(answer.expiresAt).toBe("2026-11-24T02:15:00.000Z");
    expect(JSON.stringify(environment.evidence)).not.toContain(answer.usageCode);
    expect(environment.evidence[0]).toMatchObject({ kind: "usage-context-created", body: { businessId: "YW-1" } });
  });

  test("5.4.3 items, matters, departments and times outside what is allowed are refused with their field", async () => {
    const make = (change: object) => usage().createUsageContext({ requestId: "r", context: { ...context, ...change } });
    await expect(make({ itemCodes: ["YYZZ", "JHZ"] })).rejects.toMatchObject({
      reason: "USAGE_NOT_ALLOWED",
      fields: [{ field: "context.item_codes[1]" }],
    });
    await expect(make({ matterCode: "M2" })).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
    await expect(make({ departmentCode: "11440106MB9DEM11X6" })).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED" });
    await expect(make({ businessTime: "2026-11-20T02:00:00Z" })).rejects.toMatchObject({
      fields: [{ field: "context.business_time" }],
    });
    await expect(make({ holder: { ...HOLDER, code: "91440106MA9DEM2A6L" } })).rejects.toMatchObject({
      reason: "CODE_INVALID",
    });
  });

  test("5.4.3 an expired, foreign or invented code is refused, each with its own reason", async () => {
    const usageCode = await code();
    const other: Caller = { ...(caller as Extract<Caller, { kind: "app" }>), app: "440300-other" };
    await expect(usage(other).listCertificates({ usageCode })).rejects.toMatchObject({ reason: "USAGE_CODE_FOREIGN" });
    await expect(usage().listCertificates({ usageCode: "invented" })).rejects.toMatchObject({
      reason: "USAGE_CODE_UNKNOWN",
    });
    environment.setNow("2026-11-24T02:15:00Z");
    await expect(usage().listCertificates({ usageCode })).rejects.toMatchObject({ reason: "USAGE_CODE_EXPIRED" });
  });

  test("5.4.3 a code is spent after its last use, also when uses come at once", async () => {
    const usageCode = await code();
    const uses = Array.from({ length: CODE_MAX_USES + 5 }, () =>
      usage()
        .verifyCertificate({ usageCode, identifier: identifierOf("own-1") })
        .then(
          () => "good",
          (error: Refusal) => error.reason,
        ),
    );
    const outcomes = await Promise.all(uses);
    const retried = outcomes.filter((outcome) => outcome === "OVERLOADED").length;
    expect(outcomes.filter((outcome) => outcome === "good").length).toBeLessThanOrEqual(CODE_MAX_USES);
    expect(outcomes.filter((outcome) => outcome === "good").length).toBeGreaterThanOrEqual(CODE_MAX_USES - retried);
    for (let last = 0; last < retried; last++) {
      await usage()
        .verifyCertificate({ usageCode, identifier: identifierOf("own-1") })
        .catch(() => {});
    }
    await expect(usage().verifyCertificate({ usageCode, identifier: identifierOf("own-1") })).rejects.toMatchObject({
      reason: "USAGE_CODE_SPENT",
    });
  });
});

describe("use of certificates (4.5, 5.4.3)", () => {
  test("5.7.4 certificates of this node and of others are listed, with masked numbers", async () => {
    const { certificates, unreachableNodes } = await usage().listCertificates({ usageCode: await code() });
    expect(certificates.map((one) => one.identifier).sort()).toEqual(
      ["far-1", "own-1"].map((one) => identifierOf(one)),
    );
    expect(certificates[0]).toMatchObject({ maskedNumber: "440***********45", verdict: Verdict.VALID });
    expect(unreachableNodes).toEqual([]);
  });

  test("4.5.1 when the province is away, what this node holds is still listed, and the gap is told", async () => {
    away = true;
    const { certificates, unreachableNodes } = await usage().listCertificates({ usageCode: await code() });
    expect(certificates.map((one) => one.identifier)).toEqual([identifierOf("own-1")]);
    expect(unreachableNodes).toHaveLength(1);
  });

  test("5.9.4 each state has its verdict, and a bad signature outweighs them", async () => {
    const usageCode = await code();
    const verdict = async (change: RecordChange) => {
      records = [record("own-1", change)];
      return (await usage().verifyCertificate({ usageCode, identifier: identifierOf("own-1") })).verdict;
    };
    expect(await verdict({})).toBe(Verdict.VALID);
    expect(await verdict({ state: CertificateState.SUSPENDED })).toBe(Verdict.SUSPENDED);
    expect(await verdict({ state: CertificateState.REVOKED })).toBe(Verdict.REVOKED);
    expect(await verdict({ state: CertificateState.SUPERSEDED })).toBe(Verdict.SUPERSEDED);
    expect(await verdict({ validTo: "2026-11-23" })).toBe(Verdict.EXPIRED);
    expect(await verdict({ validFrom: "2026-12-01" })).toBe(Verdict.NOT_YET_VALID);
    expect(await verdict({ message: canonicalBytes({ data: { name: "别人" } }) })).toBe(Verdict.SIGNATURE_BAD);
  });

  test("5.8.3 what another department's signer has signed under the same authority is not valid, and nothing of it is released", async () => {
    const usageCode = await code();
    const station = { ...DEPARTMENT, organization: "云台镇气象站", organizationCode: "11440100MB2C91871C" };
    const authority = createAuthority(join(directory, "authority"), { now: () => new Date("2026-11-01T00:00:00Z") });
    records = [signedRecord(await createDepartment(authority, "P-256", 365, station), "own-1", { holders: [HOLDER] })];
    const request = { usageCode, identifier: identifierOf("own-1") };
    const { verdict, certificate } = await usage().verifyCertificate(request);
    expect([verdict, certificate?.verdict]).toEqual([Verdict.ISSUER_NOT_AUTHORISED, Verdict.ISSUER_NOT_AUTHORISED]);
    const refused = { reason: "ISSUER_NOT_AUTHORISED" };
    await expect(usage().extractData({ ...request, fields: ["name"] })).rejects.toMatchObject(refused);
    await expect(usage().fetchFile({ ...request, format: FileFormat.PDF })).rejects.toMatchObject(refused);
  });

  test("4.5.1 the answer says when the issuer itself could not be asked", async () => {
    const answer = await usage().verifyCertificate({ usageCode: await code(), identifier: identifierOf("far-1") });
    expect(answer).toMatchObject({ verdict: Verdict.VALID, standBy: true });
  });

  test("5.9.6 only allowed fields are released, one field too many releases nothing", async () => {
    const usageCode = await code();
    const { data } = await usage().extractData({ usageCode, identifier: identifierOf("own-1"), fields: ["name"] });
    expect(data).toEqual({ name: HOLDER.name });
    const greedy = usage().extractData({ usageCode, identifier: identifierOf("own-1"), fields: ["name", "capital"] });
    await expect(greedy).rejects.toMatchObject({ reason: "USAGE_NOT_ALLOWED", fields: [{ field: "fields[1]" }] });
  });

  test("5.4.3 nothing is released of a certificate that is not in force or not well signed", async () => {
    const usageCode = await code();
    records = [record("own-1", { state: CertificateState.REVOKED, stateCause: "注销" })];
    const request = { usageCode, identifier: identifierOf("own-1") };
    await expect(usage().extractData({ ...request, fields: ["name"] })).rejects.toMatchObject({
      reason: "STATE_CONFLICT",
    });
    await expect(usage().fetchFile({ ...request, format: FileFormat.PDF })).rejects.toMatchObject({
      reason: "STATE_CONFLICT",
    });
    records = [record("own-1", { messageCms: new Uint8Array([1]) })];
    await expect(usage().extractData({ ...request, fields: ["name"] })).rejects.toMatchObject({
      reason: "SIGNATURE_INVALID",
    });
  });

  test("5.4.3 another holder's certificate and another item are as unknown as one that does not exist", async () => {
    records = [
      record("own-2", { holders: [{ ...HOLDER, code: "91440106MA9DEM3B0L" }] }),
      record("own-3", { itemCode: "JHZ" }),
    ];
    const usageCode = await code();
    for (const identifier of ["own-2", "own-3", "nowhere"].map((one) => identifierOf(one))) {
      await expect(usage().verifyCertificate({ usageCode, identifier })).rejects.toMatchObject({
        reason: "CERTIFICATE_UNKNOWN",
      });
    }
  });

  test("5.9.5 every use leaves the receipt's statement in the evidence, signed by the node", async () => {
    const usageCode = await code();
    const { receipt } = await usage().fetchFile({
      usageCode,
      identifier: identifierOf("own-1"),
      format: FileFormat.PDF,
    });
    const statement = JSON.parse(receipt?.statementJson ?? "{}");
    expect(statement).toMatchObject({
      action: "fetched",
      identifier: identifierOf("own-1"),
      app: APP,
      use: 1,
      operator: "zhangsan",
    });
    expect(environment.evidence.at(-1)).toEqual({ kind: "certificate-fetched", body: statement });
    const signature = Buffer.from(receipt?.signature ?? []).toString("base64url");
    const bytes = new TextEncoder().encode(receipt?.statementJson);
    expect(verifyAsNode(environment.nodePublicKeyPem, "ecert.usage-receipt.v1", bytes, signature)).toBe(true);
    expect(verifyAsNode(environment.nodePublicKeyPem, "ecert.receipt.v1", bytes, signature)).toBe(false);
  });
});
