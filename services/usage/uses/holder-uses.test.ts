import { beforeEach, describe, expect, test } from "vitest";
import { FileFormat } from "../../../proto/gen/ecert/type/v1/file_pb.ts";
import { identifierOf } from "../../../test/fixtures/signed-record.ts";
import { caller, context, HOLDER, openUsageScene, PROVIDER, type UsageScene } from "../../../test/usage/scene.ts";
import type { Actor } from "../../domain/actor.ts";
import { CODE_MAX_USES } from "../routes/create-usage-context.ts";
import { USES, type UseDocument } from "./holder-uses.ts";

let scene: UsageScene;
beforeEach(async () => {
  scene = await openUsageScene();
  scene.records = [scene.record("own-1")];
  return () => scene.close();
});

const me: Actor = {
  kind: "holder",
  codeType: HOLDER.codeType,
  code: HOLDER.code,
  name: HOLDER.name,
  provider: PROVIDER,
};

describe("what holders see of the use of their certificates (5.9.5)", () => {
  test("each look-up, verification, extraction and file, newest first, with who, why and what", async () => {
    const usageCode = await scene.code();
    const at = (minute: number) => scene.environment.setNow(`2026-11-24T02:0${minute}:00.000Z`);
    at(1);
    await scene.usage().listCertificates({ usageCode });
    at(2);
    await scene.usage().verifyCertificate({ usageCode, identifier: identifierOf("own-1") });
    at(3);
    await scene.usage().extractData({ usageCode, identifier: identifierOf("own-1"), fields: ["name"] });
    at(4);
    await scene.usage().fetchFile({ usageCode, identifier: identifierOf("own-1"), format: FileFormat.PDF });
    const { uses, nextPageToken } = await scene.holder(me).listUses({});
    const common = {
      departmentCode: caller.department,
      departmentName: "区局",
      matterCode: "M1",
      matterName: "食品经营许可",
      purpose: context.purpose,
      itemCodes: ["YYZZ"],
    };
    const used = { ...common, identifier: identifierOf("own-1") };
    expect(uses).toMatchObject([
      { ...used, action: "fetched", at: "2026-11-24T02:04:00.000Z" },
      { ...used, action: "extracted", fields: ["name"] },
      { ...used, action: "verified", fields: [] },
      { ...common, action: "listed", identifier: "" },
    ]);
    expect(nextPageToken).toBe("");
    const asked = async (more: object) => (await scene.holder(me).listUses(more)).uses.map(({ action }) => action);
    expect(await asked({ orderBy: "at", pageSize: 2 })).toEqual(["listed", "verified"]);
    expect([await asked({ fromDay: "2026-11-24", toDay: "2026-11-24" }), await asked({ toDay: "2026-11-23" })]).toEqual(
      [["fetched", "extracted", "verified", "listed"], []],
    );
    await expect(asked({ fromDay: "2026-11-25", toDay: "2026-11-24" })).rejects.toThrow("from_day");
  });

  test("a look-up that finds nothing is seen too; a refused use is none", async () => {
    scene.records = [];
    const usageCode = await scene.code();
    await scene.usage().listCertificates({ usageCode });
    await expect(
      scene.usage().verifyCertificate({ usageCode, identifier: identifierOf("own-1") }),
    ).rejects.toBeDefined();
    expect((await scene.holder(me).listUses({})).uses).toMatchObject([{ action: "listed" }]);
  });

  test("of uses that come at once each that was answered, and none that the code no longer had", async () => {
    const usageCode = await scene.code();
    const request = { usageCode, identifier: identifierOf("own-1") };
    const uses = Array.from({ length: CODE_MAX_USES + 5 }, () => scene.usage().verifyCertificate(request));
    const answered = (await Promise.allSettled(uses)).filter(({ status }) => status === "fulfilled").length;
    const page = await scene.holder(me).listUses({ pageSize: 200 });
    expect(page.uses).toHaveLength(answered);
  });

  test("all of many, page by page; a foreign token is refused", async () => {
    const usageCode = await scene.code();
    for (let n = 0; n < 7; n++) await scene.usage().listCertificates({ usageCode });
    const counts: number[] = [];
    for (let pageToken = ""; ; ) {
      const page = await scene.holder(me).listUses({ pageSize: 3, pageToken });
      counts.push(page.uses.length);
      pageToken = page.nextPageToken;
      if (pageToken === "") break;
    }
    expect(counts).toEqual([3, 3, 1]);
    await expect(scene.holder(me).listUses({ pageToken: "x" })).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  });

  test("one that cannot be read is set aside, and the others are shown", async () => {
    const usageCode = await scene.code();
    await scene.usage().listCertificates({ usageCode });
    const { store, setAside } = scene.environment.runtime;
    const uses = await store.collection<UseDocument>(USES);
    const broken = {
      _id: "broken",
      revision: 1,
      holder: `${HOLDER.codeType}:${HOLDER.code}`,
      at: "2026-11-24T03:00:00.000Z",
    };
    await uses.insert(broken as UseDocument);
    expect((await scene.holder(me).listUses({})).uses).toMatchObject([{ action: "listed" }]);
    expect((await setAside.list(10, "")).items).toMatchObject([{ place: "store", source: USES.name, key: "broken" }]);
  });

  test("nobody sees another's: neither another holder nor an app", async () => {
    await scene.usage().listCertificates({ usageCode: await scene.code() });
    const other: Actor = { ...me, code: "91440106MA9DEM3B0L" };
    expect((await scene.holder(other).listUses({})).uses).toEqual([]);
    // The same digits of another kind of code are another person.
    expect((await scene.holder({ ...me, codeType: "099" }).listUses({})).uses).toEqual([]);
    await expect(scene.holder(caller).listUses({})).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });
});
