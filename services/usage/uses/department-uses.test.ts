import { beforeEach, describe, expect, test } from "vitest";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { DocumentVerdict } from "../../../proto/gen/ecert/usage/v1/verification_report_pb.ts";
import { VerifyService } from "../../../proto/gen/ecert/usage/v1/verify_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { examplePdf } from "../../../test/fixtures/example-pdf.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import { caller, context, openUsageScene, type UsageScene } from "../../../test/usage/scene.ts";
import { identifier } from "../../../test/usage/showing.ts";
import type { StaffActor } from "../../domain/actor.ts";

const auditor: StaffActor = {
  ...{ kind: "staff", node: "440300", account: "440300-auditor", name: "陈试验", roles: ["auditor"] },
  ...{ department: caller.department, division: "440300" },
};

describe.each(await bothEngines())("5.9.5 what a department has used, on $name", (engine) => {
  let scene: UsageScene;
  beforeEach(async () => {
    const { store, remove } = await engine.open();
    scene = await openUsageScene({ store });
    scene.records = [scene.record("own-1")];
    return async () => {
      await scene.close();
      await remove();
    };
  });
  const list = (asked: object = {}, as = auditor) => scene.usage(as).listDepartmentUses(asked);

  test("is listed for its own people, newest first and page by page, by days, by what was done, and by any part of its words", async () => {
    const usageCode = await scene.code();
    const at = (time: string) => scene.environment.setNow(`2026-11-${time}:00.000Z`);
    await scene.usage().listCertificates({ usageCode });
    at("24T02:01");
    await scene.usage().verifyCertificate({ usageCode, identifier });
    at("24T02:02");
    await scene.usage().extractData({ usageCode, identifier, fields: ["name"] });
    const { uses } = await list();
    expect(uses).toMatchObject([
      { action: "extracted", identifier, fields: ["name"], itemCodes: ["YYZZ"], at: "2026-11-24T02:02:00.000Z" },
      { action: "verified", identifier },
      { action: "listed", identifier: "" },
    ]);
    expect(uses[0]).toMatchObject({
      ...{ matterCode: "M1", matterName: "食品经营许可", purpose: context.purpose, businessId: "YW-1" },
      ...{ maskedHolderCode: "914*************6K", operator: "zhangsan", operatorProof: "none", useCopy: false },
    });
    const actions = async (asked: object) => (await list(asked)).uses.map(({ action }) => action);
    expect(await actions({ action: "verified" })).toEqual(["verified"]);
    expect(await actions({ search: "yw-1" })).toHaveLength(3);
    expect(await actions({ search: "YW-2" })).toEqual([]);
    expect(await actions({ fromDay: "2026-11-24", toDay: "2026-11-24" })).toHaveLength(3);
    expect(await actions({ toDay: "2026-11-23" })).toEqual([]);
    expect(await actions({ fromDay: "2026-11-25" })).toEqual([]);
    const first = await list({ pageSize: 2 });
    const rest = await list({ pageSize: 2, pageToken: first.nextPageToken });
    expect([...first.uses, ...rest.uses]).toEqual(uses);
    expect(rest.nextPageToken).toBe("");
    const oldest = await list({ pageSize: 2, orderBy: "at", fromDay: "2026-11-24" });
    expect(oldest.uses).toEqual(uses.slice(1).toReversed());
    const { nextPageToken: pageToken } = oldest;
    expect((await list({ orderBy: "at", fromDay: "2026-11-24", pageToken })).uses).toEqual(uses.slice(0, 1));
    expect((await list({}, { ...auditor, department: "114403000000991999" })).uses).toEqual([]);
    await expect(list({ fromDay: "2026-11-25", toDay: "2026-11-24" })).rejects.toMatchObject({
      reason: "DATE_RANGE_INVALID",
    });
    await expect(list({ fromDay: "2026-02-30" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    await expect(list({ pageToken: "x" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });

  test("GB/T 36903: a copy for one use is known again by its octets, by whoever holds it, and not by one octet less", async () => {
    scene.content = examplePdf("A-2b").content;
    const usageCode = await scene.code();
    const wanted = { usageCode, identifier, format: FileFormat.PDF, useCopy: true, copyValidTo: "2026-12-24" };
    const { file } = await scene.usage().fetchFile(wanted);
    const document = file?.content ?? new Uint8Array();
    const anybody = directClient(scene.running, VerifyService, { kind: "public" });
    const told = await anybody.verifyDocument({ document });
    expect(told.report?.verdict).not.toBe(DocumentVerdict.VALID);
    expect(told.useCopy).toMatchObject({
      ...{ identifier, departmentCode: caller.department, departmentName: "区局", matterName: "食品经营许可" },
      ...{ purpose: context.purpose, validTo: "2026-12-24", createdAt: "2026-11-24T02:00:00.000Z" },
    });
    expect((await anybody.verifyDocument({ document: document.subarray(0, -1) })).useCopy).toBeUndefined();
    expect((await list()).uses).toMatchObject([{ action: "fetched", useCopy: true }]);
  });
});
