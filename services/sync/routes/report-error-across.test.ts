import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, test } from "vitest";
import {
  ListReportsAcrossRequestSchema,
  type ReportErrorAcrossRequest,
  ReportErrorAcrossRequestSchema,
} from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { openTestRuntime, type TestRuntime, testCall } from "../../../test/fixtures/runtime.ts";
import type { Actor } from "../../domain/actor.ts";
import type { NodeConfig } from "../../host/config.ts";
import type { NodeRole } from "../../host/roles.ts";
import type { ServiceName } from "../../host/services.ts";
import { createAsk } from "../ask/ask.ts";
import type { SyncContext } from "../context.ts";
import { DEFAULT_SYNC_OPTIONS } from "../options.ts";
import { listReportsAcross } from "./list-reports-across.ts";
import { reportErrorAcross } from "./report-error-across.ts";

const [PROVINCE, OTHER, ISSUER] = ["440000", "440300", "440100"] as const;
const report = { reportId: "r1", identifier: "i1", text: "名称少了一个字" };
const holder = { holderCodeType: "001", holderCode: "91440106MA9DEM2A6K", identifier: "i1" };
const asked = (issuerNode: string): ReportErrorAcrossRequest =>
  create(ReportErrorAcrossRequestSchema, { issuerNode, ...holder, requestDigest: "0".repeat(64), text: report.text });

const service = (node: string): Actor => ({ kind: "service", node, name: "usage" });
const peer = (node: string): Actor => ({ kind: "node", node, name: "sync" });

/** What was asked of whom. */
let heard: string[];
let opened: TestRuntime[];
beforeEach(() => {
  heard = [];
  opened = [];
  return async () => {
    for (const one of opened) await one.close();
  };
});

async function nodeAt(role: NodeRole, node: string, services: ServiceName[] = ["sync", "usage"]) {
  const hear = (what: string) => async () => {
    heard.push(`${node} ${what}`);
    return { report, reports: [report], nextPageToken: "" };
  };
  const peers = (role === "province" ? [OTHER, ISSUER] : [PROVINCE]).map((one) => ({
    node: one,
    role: one === PROVINCE ? "province" : "city",
  }));
  const environment = await openTestRuntime({
    ...{ service: "sync", role, code: node, peers: peers as NodeConfig["peers"], config: { services } },
    clients: {
      "ecert.usage.v1.ErrorReportService": { takeErrorReport: hear("takes"), findHolderReports: hear("finds") },
      "ecert.sync.v1.ExchangeService": { reportErrorAcross: hear("passes on"), listReportsAcross: hear("asks") },
    },
  });
  opened.push(environment);
  const { runtime } = environment;
  const context = { runtime, ask: createAsk(runtime, DEFAULT_SYNC_OPTIONS) } as SyncContext;
  const [pass, list] = [reportErrorAcross(context), listReportsAcross(context)];
  return {
    environment,
    pass: (issuerNode: string, by: Actor) => pass(asked(issuerNode), testCall(by)),
    list: (issuerNode: string, by: Actor) =>
      list(create(ListReportsAcrossRequestSchema, { issuerNode, ...holder }), testCall(by)),
  };
}

describe("5.5.2 what a holder reports of a certificate of another node", () => {
  test("goes from the province to the node that issued it, which takes it, and so does the question for its answer", async () => {
    const province = await nodeAt("province", PROVINCE);
    expect(await province.pass(ISSUER, service(PROVINCE))).toMatchObject({ report });
    expect(await province.list(ISSUER, service(PROVINCE))).toMatchObject({ reports: [report] });
    const issuer = await nodeAt("city", ISSUER);
    expect(await issuer.pass(ISSUER, peer(PROVINCE))).toMatchObject({ report });
    expect(await issuer.list(ISSUER, peer(PROVINCE))).toMatchObject({ reports: [report] });
    const [asks, passes, takes, finds] = [
      `${PROVINCE} asks`,
      `${PROVINCE} passes on`,
      `${ISSUER} takes`,
      `${ISSUER} finds`,
    ];
    expect(heard).toEqual([passes, asks, takes, finds]);
    const lines = [province, issuer].flatMap(({ environment }) => environment.evidence);
    expect(lines.map(({ kind }) => kind)).toEqual(["error-report-passed", "error-report-passed"]);
    expect(JSON.stringify(lines)).not.toContain(report.text);
    expect(JSON.stringify(lines)).not.toContain(holder.holderCode);
  });

  test("5.9.3: is taken from nobody but the province, and passed on for nobody but its own holders", async () => {
    const province = await nodeAt("province", PROVINCE);
    await expect(province.pass(ISSUER, peer(OTHER))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(province.list(ISSUER, peer(OTHER))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(province.pass("449900", service(PROVINCE))).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    const issuer = await nodeAt("city", ISSUER);
    await expect(issuer.pass(ISSUER, service(ISSUER))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(issuer.list(ISSUER, peer(OTHER))).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    await expect(issuer.pass(OTHER, peer(PROVINCE))).rejects.toMatchObject({ reason: "CERTIFICATE_UNKNOWN" });
    const edition = await nodeAt("city", ISSUER, ["sync"]);
    await expect(edition.pass(ISSUER, peer(PROVINCE))).rejects.toMatchObject({ fields: [{ field: "identifier" }] });
    expect(heard).toEqual([]);
  });
});
