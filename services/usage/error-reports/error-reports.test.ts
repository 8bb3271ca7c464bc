import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { ErrorReportState } from "../../../proto/gen/ecert/usage/v1/error_report_pb.ts";
import { ErrorReportService } from "../../../proto/gen/ecert/usage/v1/error_report_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { DEPARTMENT } from "../../../test/trust/department.ts";
import { openUsageScene, type UsageScene } from "../../../test/usage/scene.ts";
import { identifier, linesOf, me, other, reasonOf } from "../../../test/usage/showing.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { REPORTS_PER_DAY } from "./take-report.ts";

const NOW = "2026-11-24T02:00:00.000Z";
const maker: StaffActor = {
  ...{ kind: "staff", node: "440300", account: "440300-scjg-zhang", name: "张示例", roles: ["maker"] },
  ...{ department: DEPARTMENT.organizationCode, division: "440100" },
};
const elsewhere: StaffActor = {
  ...maker,
  account: "440300-other",
  department: "114403000000991003",
  division: "440300",
};
const supervisor: StaffActor = { ...elsewhere, account: "440000-sup", division: "440000", roles: ["supervisor"] };

describe.each(await bothEngines())("5.5.2 what a holder reports (报错), on $name", (engine) => {
  let scene: UsageScene;
  beforeEach(async () => {
    const { store, remove } = await engine.open();
    scene = await openUsageScene({ store });
    scene.records = [scene.record("own-1"), scene.record("own-2")];
    return async () => {
      await scene.close();
      await remove();
    };
  });
  const staff = (as: StaffActor) => directClient(scene.running, ErrorReportService, as);
  const report = (change: object = {}) =>
    scene
      .holder(me)
      .reportError({ requestId: randomUUID(), identifier, field: "name", text: "名称少了一个字", ...change });

  test("waits for the issuing department, which answers once, and the holder sees the answer", async () => {
    const { report: made } = await report();
    expect(made).toMatchObject({
      identifier,
      certificateName: "营业执照",
      field: "name",
      reportedAt: NOW,
      state: ErrorReportState.OPEN,
    });
    expect((await staff(maker).listErrorReports({})).reports).toEqual([made]);
    const reportId = made?.reportId ?? "";
    const answer = "经核实有误，已换发新版本";
    const { report: answered } = await staff(maker).answerErrorReport({ reportId, answer });
    expect(answered).toMatchObject({ state: ErrorReportState.ANSWERED, answer, answeredAt: NOW });
    expect(await staff(maker).answerErrorReport({ reportId, answer })).toMatchObject({ report: answered });
    expect(await reasonOf(staff(maker).answerErrorReport({ reportId, answer: "无误" }))).toBe("STEP_REFUSED");
    expect((await staff(maker).listErrorReports({})).reports).toEqual([]);
    expect((await staff(maker).listErrorReports({ state: ErrorReportState.ANSWERED })).reports).toEqual([answered]);
    expect((await scene.holder(me).listOwnErrorReports({ identifier })).reports).toEqual([answered]);
    expect((await scene.holder(me).listOwnErrorReports({ identifier: identifierOf("own-2") })).reports).toEqual([]);
    expect(linesOf(scene, "error-report-answered")).toMatchObject([{ body: { account: maker.account } }]);
    // Neither words nor codes of a person lie in evidence.
    expect(JSON.stringify(linesOf(scene, "error-reported"))).not.toContain("名称少了");
  });

  test("is met within the reach of staff alone, page by page, those that wait longest first", async () => {
    const made = [await report(), await report({ identifier: identifierOf("own-2") })].map(
      (one) => one.report?.reportId,
    );
    const [reportId = ""] = made;
    expect((await staff(elsewhere).listErrorReports({})).reports).toEqual([]);
    expect(await reasonOf(staff(elsewhere).answerErrorReport({ reportId, answer: "好" }))).toBe("CASE_UNKNOWN");
    expect(await reasonOf(staff(maker).answerErrorReport({ reportId: "0".repeat(64), answer: "好" }))).toBe(
      "CASE_UNKNOWN",
    );
    const first = await staff(supervisor).listErrorReports({ pageSize: 1 });
    const second = await staff(supervisor).listErrorReports({ pageSize: 1, pageToken: first.nextPageToken });
    expect([...first.reports, ...second.reports].map((one) => one.reportId).sort()).toEqual(made.sort());
    expect((await scene.holder(other).listOwnErrorReports({ identifier })).reports).toEqual([]);
  });

  test("is found by certificate, field or words, and comes in the order asked for", async () => {
    for (const [text, field] of [
      ["名称少了一个字", "name"],
      ["地址写错", ""],
    ]) {
      scene.environment.setNow(text === "地址写错" ? "2026-11-24T03:00:00.000Z" : NOW);
      await report({ text, field });
    }
    const texts = async (wanted: object) =>
      (await staff(maker).listErrorReports(wanted)).reports.map((one) => one.text);
    expect(await texts({ search: "地址" })).toEqual(["地址写错"]);
    expect(await texts({ search: "NAME" })).toEqual(["名称少了一个字"]);
    expect(await texts({ search: "营业执照", orderBy: "-reported_at" })).toEqual(["地址写错", "名称少了一个字"]);
    const first = await staff(maker).listErrorReports({ orderBy: "-reported_at", pageSize: 1 });
    const pageToken = first.nextPageToken;
    expect(await texts({ orderBy: "-reported_at", pageSize: 1, pageToken })).toEqual(["名称少了一个字"]);
    expect(await reasonOf(staff(maker).listErrorReports({ orderBy: "reported_at", pageToken }))).toBe("INVALID_FIELD");
  });

  test("of a certificate of another node goes to that node, and its answer comes from there; with that node away nothing is taken as sent", async () => {
    scene.archived = [scene.record("far", { node: "440100" })];
    const far = identifierOf("far");
    const requestId = randomUUID();
    const { report: made } = await report({ identifier: far, requestId });
    expect(made).toMatchObject({ identifier: far, state: ErrorReportState.ANSWERED, answer: "已改" });
    await report({ identifier: far, requestId });
    const [first, again] = scene.passed;
    expect(first).toMatchObject({ issuerNode: "440100", holderCode: me.code, holderCodeType: "001", field: "name" });
    expect(again).toEqual(first);
    expect((await scene.holder(me).listOwnErrorReports({ identifier: far })).reports).toMatchObject([
      { answer: "已改" },
    ]);
    expect(await reasonOf(scene.holder(other).reportError({ requestId: "1", identifier: far, text: "错" }))).toBe(
      "CERTIFICATE_UNKNOWN",
    );
    expect((await staff(supervisor).listErrorReports({})).reports).toEqual([]);
    scene.away = true;
    expect(await reasonOf(report({ identifier: far }))).toBe("PEER_AWAY");
    expect(await reasonOf(scene.holder(me).listOwnErrorReports({ identifier: far }))).toBe("PEER_AWAY");
  });

  test("5.9.3: that another node passes on is taken for the holder's own certificate alone, once, and answered like any", async () => {
    const sync = directClient(scene.running, ErrorReportService, { kind: "service", node: "440300", name: "sync" });
    const { codeType: holderCodeType, code: holderCode } = me;
    const holder = { issuerNode: "440300", holderCodeType, holderCode, identifier };
    const reported = { ...holder, requestDigest: "a".repeat(64), field: "name", text: "名称少了一个字" };
    const { report: made } = await sync.takeErrorReport({ reported });
    expect(await sync.takeErrorReport({ reported })).toMatchObject({ report: made });
    expect(await reasonOf(sync.takeErrorReport({ reported: { ...reported, text: "别的" } }))).toBe("REQUEST_ID_REUSED");
    const [waiting] = (await staff(maker).listErrorReports({})).reports;
    expect(waiting).toMatchObject({ reportId: made?.reportId, text: reported.text, state: ErrorReportState.OPEN });
    await staff(maker).answerErrorReport({ reportId: made?.reportId ?? "", answer: "已换发" });
    const { reports } = await sync.findHolderReports({ asked: holder });
    expect(reports).toMatchObject([{ reportId: made?.reportId, answer: "已换发", answeredAt: NOW }]);
    const strange = {
      ...reported,
      requestDigest: "b".repeat(64),
      holderCode: other.code,
      holderCodeType: other.codeType,
    };
    expect(await reasonOf(sync.takeErrorReport({ reported: strange }))).toBe("CERTIFICATE_UNKNOWN");
    scene.archived = [scene.record("far", { node: "440100" })];
    const far = { ...reported, requestDigest: "c".repeat(64), identifier: identifierOf("far") };
    expect(await reasonOf(sync.takeErrorReport({ reported: far }))).toBe("CERTIFICATE_UNKNOWN");
    expect(JSON.stringify(linesOf(scene, "error-reported"))).not.toContain("名称少了");
  });

  test("is refused of somebody else's certificate, and of no data item", async () => {
    const asOther = scene.holder(other).reportError({ requestId: "1", identifier, text: "错" });
    expect(await reasonOf(asOther)).toBe("CERTIFICATE_UNKNOWN");
    await expect(report({ field: "nothing" })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "field" }],
    });
  });

  test("is one however often its request comes, and ten a day at most", async () => {
    const requestId = randomUUID();
    const all = await Promise.all([report({ requestId }), report({ requestId })]);
    expect(all[0]).toEqual(all[1]);
    expect(await reasonOf(report({ requestId, text: "另一处错" }))).toBe("REQUEST_ID_REUSED");
    expect(linesOf(scene, "error-reported")).toHaveLength(1);
    for (let count = 1; count < REPORTS_PER_DAY; count++) await report();
    await expect(report()).rejects.toMatchObject({ reason: "RATE_EXCEEDED", retryAfterMs: 14 * 3_600_000 });
    expect((await report({ requestId })).report).toEqual(all[0]?.report);
    scene.environment.setNow("2026-11-24T16:00:00Z");
    expect(await reasonOf(report())).toBe("good");
  });
});
