import { beforeEach, describe, expect, test } from "vitest";
import { UseNoticeService } from "../../../proto/gen/ecert/usage/v1/use_notice_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { directClient } from "../../../test/fixtures/runtime.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { caller, HOLDER, openUsageScene, type UsageScene } from "../../../test/usage/scene.ts";
import { me } from "../../../test/usage/showing.ts";
import type { StaffActor } from "../../domain/actor.ts";

const usedBy = { departmentCode: caller.department, departmentName: "鹏湾区局", matterName: "食品经营许可" };
const ground = {
  node: "440100",
  appKey: "440100-zwfw",
  matterCode: "M1",
  purpose: "核验主体资格",
  usageCodeDigest: "ab".repeat(32),
  holderCodeType: HOLDER.codeType,
  holderCode: HOLDER.code,
  usedBy: { ...usedBy, nodeName: "鹏湾市" },
};
const identifier = identifierOf("own-1");
const extracted = { ground, action: "extracted", identifier, itemCodes: ["YYZZ"], fields: ["name"] };
const auditor: StaffActor = {
  ...{ kind: "staff", node: "440300", account: "440300-auditor", name: "陈试验", roles: ["auditor"] },
  ...{ department: caller.department, division: "440300" },
};
const notices = (scene: UsageScene) =>
  directClient(scene.running, UseNoticeService, { kind: "service", node: "440300", name: "sync" });

describe.each(await bothEngines())("5.9.5 a use at another node, on $name", (engine) => {
  let scene: UsageScene;
  beforeEach(async () => {
    const { store, remove } = await engine.open();
    scene = await openUsageScene({ store });
    return async () => {
      await scene.close();
      await remove();
    };
  });

  test("is seen by its holder with who, where and why; once for a usage code, however often it is told, and by nobody else", async () => {
    for (const minute of [1, 2]) {
      scene.environment.setNow(`2026-11-24T02:0${minute}:00.000Z`);
      await notices(scene).takeUse(extracted);
    }
    await notices(scene).takeUse({ ...extracted, action: "fetched", fields: [] });
    const { uses } = await scene.holder(me).listUses({ orderBy: "at" });
    const why = { departmentName: "鹏湾区局", matterName: "食品经营许可", purpose: "核验主体资格", identifier };
    const where = { node: "440100", nodeName: "鹏湾市", departmentCode: caller.department };
    expect(uses).toMatchObject([
      { ...why, ...where, action: "extracted", fields: ["name"], at: "2026-11-24T02:01:00.000Z" },
      { ...why, ...where, action: "fetched", fields: [] },
    ]);
    expect((await scene.holder({ ...me, code: "91440106MA9DEM3B0L" }).listUses({})).uses).toEqual([]);
    // The department's own list is that of the node where it works.
    expect((await scene.usage(auditor).listDepartmentUses({})).uses).toEqual([]);
  });
});
