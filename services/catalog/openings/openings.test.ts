import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  appOf,
  BUREAU,
  ITEM,
  NODE,
  type OpeningScene,
  openOpeningScene,
  STRANGER,
  sealOf,
  UNIT,
} from "../../../test/catalog/opening-scene.ts";
import { consoleApp } from "../../domain/console-app.ts";

let scene: OpeningScene;

beforeAll(async () => {
  scene = await openOpeningScene();
});
afterAll(() => scene.close());

test("6.4.5.1: an opening travels with its controls to who issues by it", async () => {
  const controls = { signerAccounts: ["440000-li"], issuesPerDay: 30 };
  await scene.operator.putIssuingOpening({ opening: { ...scene.opening(BUREAU), controls } });
  expect((await scene.issuing(BUREAU)).opening).toMatchObject({ departmentCode: BUREAU, controls });
  await expect(scene.issuing(BUREAU, appOf(BUREAU), "2026-10-31")).rejects.toMatchObject({
    reason: "ITEM_NOT_YET_OPEN",
  });
});

test("6.2.4.2: suspended it issues nothing, and says since when; the same again keeps that time; resumed it does", async () => {
  const put = (halt?: { kind: OpeningHaltKind; cause: string; since?: string }) =>
    scene.operator.putIssuingOpening({
      opening: { ...scene.opening(BUREAU), ...(halt && { halt }) },
      updateMask: { paths: ["halt"] },
    });
  const suspended = { kind: OpeningHaltKind.SUSPENDED, cause: "系统整改" };
  await put({ ...suspended, since: "2020-01-01T00:00:00Z" });
  const since = "2026-11-24T02:00:00.000Z";
  await expect(scene.issuing(BUREAU)).rejects.toMatchObject({ reason: "OPENING_SUSPENDED", metadata: { since } });
  scene.setNow("2026-11-24T03:00:00Z");
  expect((await put(suspended)).opening?.halt?.since).toBe(since);
  await put({ kind: OpeningHaltKind.WITHDRAWN, cause: "职能划转" });
  await expect(scene.issuing(BUREAU)).rejects.toMatchObject({
    reason: "ITEM_NOT_OPENED",
    metadata: { since: "2026-11-24T03:00:00.000Z" },
    fields: [{ localized: expect.stringContaining("职能划转") }],
  });
  await put();
  await expect(scene.issuing(BUREAU)).resolves.toMatchObject({ opening: { controls: { issuesPerDay: 30 } } });
});

test("4.4.1, 6.4.5.1: who makes on screen is offered what the department has open for it today, by an opening of its own or its superior's for units", async () => {
  const made = async (madeBy: string) =>
    (await scene.catalog.listCatalogItems({ madeBy })).items.map(({ code }) => code);
  // What is open for its own system is not open on screen.
  expect(await made(BUREAU)).toEqual([]);
  for (const departmentCode of [BUREAU, UNIT]) {
    const app = { key: consoleApp(NODE, departmentCode), name: "经办", departmentCode, scopes: ["issue.make"] };
    await scene.operator.putApp({ requestId: randomUUID(), app });
  }
  const put = (appOwner: string, change: object) =>
    scene.operator.putIssuingOpening({
      opening: { ...scene.opening(BUREAU, consoleApp(NODE, appOwner)), ...change },
    });
  await put(BUREAU, { opensOn: "2026-11-25" });
  expect(await made(BUREAU)).toEqual([]);
  await put(BUREAU, { opensOn: "2026-11-24" });
  expect([await made(BUREAU), await made(UNIT), await made(STRANGER), await made("114401000000990037")]).toEqual([
    ...[[ITEM], [], [], []],
  ]);
  const delegation = { appKey: consoleApp(NODE, UNIT), departmentCode: BUREAU, itemCodes: [ITEM], since: "2026-11-01" };
  await scene.delegations.putDelegation({ delegation });
  await put(UNIT, { forUnits: true });
  expect(await made(UNIT)).toEqual([ITEM]);
  await put(UNIT, { forUnits: true, halt: { kind: OpeningHaltKind.SUSPENDED, cause: "核查" } });
  expect(await made(UNIT)).toEqual([]);
});

test("6.2.4.4: a matter whose use is suspended, or at an end, uses nothing", async () => {
  const matter = { code: "M", name: "事项", departmentCode: BUREAU, appKeys: [appOf(BUREAU)], enabledOn: "2026-01-01" };
  const put = (change: object) =>
    scene.operator.putMatter({ matter: { ...matter, items: [{ itemCode: "YYZZ" }], ...change } });
  const use = () => scene.terms.getUsageTerms({ appKey: appOf(BUREAU), matterCode: "M", day: "2026-11-24" });
  await put({ halt: { kind: OpeningHaltKind.SUSPENDED, cause: "核查" } });
  await expect(use()).rejects.toMatchObject({ reason: "MATTER_NOT_OPENED", message: expect.stringContaining("核查") });
  await put({ closesOn: "2026-11-23" });
  await expect(use()).rejects.toMatchObject({ reason: "MATTER_NOT_OPENED" });
  await expect(put({ closesOn: "2026-02-30" })).rejects.toMatchObject({ fields: [{ field: "matter.closes_on" }] });
  await put({ closesOn: "2026-11-24" });
  await expect(use()).resolves.toBeDefined();
});

test("6.4.5.1: a request tries an opening without storing it, and hears what only the road would refuse", async () => {
  const tried = (change: object) =>
    scene.operator.putIssuingOpening({ opening: { ...scene.opening(UNIT), ...change }, validateOnly: true });
  await expect(tried({})).resolves.toMatchObject({ opening: { departmentCode: UNIT } });
  const key = { itemCode: ITEM, departmentCode: UNIT, appKey: appOf(UNIT) };
  await expect(scene.operator.getIssuingOpening(key)).rejects.toMatchObject({ reason: "ITEM_NOT_OPENED" });
  await scene.operator.unbindSeal({ code: sealOf(UNIT), cause: "停用" });
  await expect(tried({})).rejects.toMatchObject({ reason: "SEAL_UNBOUND" });
  const halt = { kind: OpeningHaltKind.WITHDRAWN, cause: "职能划转" };
  await expect(tried({ halt })).resolves.toBeDefined();
  const matter = { code: "TRIED", name: "事项", departmentCode: BUREAU };
  await scene.operator.putMatter({ matter, validateOnly: true });
  await expect(scene.operator.getMatter({ code: "TRIED" })).rejects.toMatchObject({ reason: "MATTER_UNKNOWN" });
});
