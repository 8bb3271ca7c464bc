import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { OpeningHaltKind } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import {
  appOf,
  BUREAU,
  DAY,
  ITEM,
  type OpeningScene,
  openOpeningScene,
  STRANGER,
  UNIT,
} from "../../../test/catalog/opening-scene.ts";
import { creditCode } from "../../../test/issue/catalog.ts";
import { openContext } from "../open-context.ts";
import { DELEGATIONS, type DelegationDocument } from "./delegation-record.ts";
import { followDelegation } from "./follow-delegations.ts";

const HALL = appOf(STRANGER);
const denied = { reason: "PERMISSION_DENIED" };
let scene: OpeningScene;

beforeAll(async () => {
  scene = await openOpeningScene();
});
afterAll(() => scene.close());

const delegate = (change: object = {}) =>
  scene.delegations.putDelegation({
    delegation: { appKey: HALL, departmentCode: BUREAU, itemCodes: [ITEM], since: "2026-11-01", ...change },
  });

test("6.4.4.2: an opening names apps of its department and of those above it; others need a delegation", async () => {
  await scene.operator.putIssuingOpening({ opening: scene.opening(UNIT, appOf(BUREAU)) });
  await expect(scene.issuing(UNIT, appOf(BUREAU))).resolves.toBeDefined();
  const below = scene.operator.putIssuingOpening({ opening: scene.opening(BUREAU, appOf(UNIT)) });
  await expect(below).rejects.toMatchObject({ ...denied, fields: [{ field: "opening.app_key" }] });
  const others = scene.operator.putIssuingOpening({ opening: scene.opening(BUREAU, HALL) });
  await expect(others).rejects.toMatchObject({ localized: expect.stringContaining("申请委托办理") });
});

test("6.4.4.4: it acts for the named departments and items, and no others, until it ends; then its opening is withdrawn", async () => {
  await delegate({ itemCodes: ["OTHER"] });
  await expect(scene.operator.putIssuingOpening({ opening: scene.opening(BUREAU, HALL) })).rejects.toMatchObject(
    denied,
  );
  const { delegation } = await delegate();
  expect(delegation).toMatchObject({ grantedBy: BUREAU, carriedOver: false });
  await scene.operator.putIssuingOpening({ opening: scene.opening(BUREAU, HALL) });
  await expect(scene.issuing(BUREAU, HALL)).resolves.toBeDefined();
  await expect(scene.operator.putIssuingOpening({ opening: scene.opening(UNIT, HALL) })).rejects.toMatchObject(denied);
  await delegate({ itemCodes: [] });
  await expect(scene.issuing(BUREAU, HALL)).rejects.toMatchObject({ reason: "ITEM_NOT_OPENED" });
  const { opening } = await scene.operator.getIssuingOpening({ itemCode: ITEM, departmentCode: BUREAU, appKey: HALL });
  expect(opening?.halt).toMatchObject({ kind: OpeningHaltKind.WITHDRAWN, cause: "委托已终止" });
  const line = scene.evidence.findLast(({ kind }) => kind === "delegation-changed")?.body;
  expect(line).toMatchObject({
    app: HALL,
    department: BUREAU,
    grantedBy: BUREAU,
    by: "operator/440100/test",
    items: [],
  });
});

test("6.4.4.4: nothing is delegated without a line of evidence, also where that failed and the same is put again", async () => {
  const granted = { departmentCode: UNIT, itemCodes: [ITEM] };
  const lines = () =>
    scene.evidence.filter(({ kind, body }) => kind === "delegation-changed" && body.department === UNIT);
  vi.spyOn(scene.runtime.evidence, "append").mockRejectedValueOnce(new Error("the disk is full"));
  onTestFinished(() => void vi.restoreAllMocks());
  await expect(delegate(granted)).rejects.toThrow();
  const { delegations } = await scene.delegations.listDelegations({ departmentCode: UNIT });
  expect([delegations, lines()]).toEqual([[], []]);
  await delegate(granted);
  expect(lines()).toHaveLength(1);
  await delegate({ ...granted, itemCodes: [] });
});

test("6.4.4.4: what it issued it changes while that is delegated, the department's own apps always, and nobody else", async () => {
  const change = (appKey: string, issuedBy: string, { issuerCode = BUREAU as string, day = DAY } = {}) =>
    scene.terms.getChangeTerms({ appKey, issuedBy, issuerCode, itemCode: ITEM, day }).then(
      () => "changes",
      ({ reason }) => reason,
    );
  await delegate({ until: DAY });
  expect(await change(HALL, HALL)).toBe("changes");
  expect(await change(appOf(BUREAU), HALL)).toBe("changes");
  expect(await change(HALL, HALL, { day: "2026-11-25" })).toBe("PERMISSION_DENIED");
  expect(await change(appOf(BUREAU), HALL, { day: "2026-11-25" })).toBe("changes");
  await delegate({ itemCodes: [] });
  expect(await change(HALL, HALL)).toBe("PERMISSION_DENIED");
  // An app above issues for a unit by itself; neither it nor another department's changes what the unit's own has issued.
  expect(await change(appOf(BUREAU), appOf(BUREAU), { issuerCode: UNIT })).toBe("changes");
  expect(await change(appOf(BUREAU), appOf(UNIT), { issuerCode: UNIT })).toBe("PERMISSION_DENIED");
  expect(await change(HALL, appOf(BUREAU))).toBe("PERMISSION_DENIED");
  expect(await change("440000-none", HALL)).toBe("APP_UNKNOWN");
});

test("6.4.4.4: the road refuses on the day behind the last one, and the matter that the stand-by reads loses the app", async () => {
  const matter = { code: "M", name: "事项", departmentCode: BUREAU, enabledOn: "2026-01-01" };
  const items = [{ itemCode: ITEM }];
  const named = { ...matter, items, appKeys: [appOf(BUREAU), HALL] };
  await expect(scene.operator.putMatter({ matter: named })).rejects.toMatchObject({
    ...denied,
    fields: [{ field: "matter.app_keys[1]" }],
  });
  await delegate({ matterCodes: ["M"], until: DAY });
  await scene.operator.putMatter({ matter: named });
  const use = (day: string) => scene.terms.getUsageTerms({ appKey: HALL, matterCode: "M", day });
  await expect(use(DAY)).resolves.toBeDefined();
  await expect(use("2026-11-25")).rejects.toMatchObject(denied);
  scene.setNow("2026-11-25T02:00:00Z");
  const context = await openContext(scene.runtime);
  const collection = await scene.runtime.store.collection<DelegationDocument>(DELEGATIONS);
  const { items: ended } = await collection.query({ index: "follow", to: "2026-11-25", limit: 10 });
  expect(ended).toHaveLength(1);
  for (let again = 0; again < 2; again++) for (const one of ended) await followDelegation(context, one);
  expect((await scene.operator.getMatter({ code: "M" })).matter?.appKeys).toEqual([appOf(BUREAU)]);
  expect((await collection.query({ index: "follow", limit: 10 })).items).toEqual([]);
});

test.each([
  [{ appKey: "440000-none" }, "APP_UNKNOWN", "delegation.app_key"],
  [{ departmentCode: creditCode("11440100000099004") }, "DEPARTMENT_UNKNOWN", "delegation.department_code"],
  [{ since: "2026-02-30" }, "INVALID_FIELD", "delegation.since"],
  [{ until: "2026-10-31" }, "DATE_RANGE_INVALID", "delegation.until"],
])("a delegation with %j is refused", async (change, reason, field) => {
  await expect(delegate(change)).rejects.toMatchObject({ reason, fields: [{ field }] });
});

describe("staff meet what lies within reach (6.2)", () => {
  test("6.4.4.2 nobody of them delegates alone: a department ends what is its own, a body what is of its division, and it stays who granted it", async () => {
    type Client = ReturnType<OpeningScene["delegationsAs"]>;
    const appKey = appOf(BUREAU);
    const put = (who: Client, departmentCode: string, until = "2026-12-31", itemCodes = [ITEM]) =>
      who.putDelegation({ delegation: { appKey, departmentCode, itemCodes, since: "2026-11-01", until } });
    const own = scene.delegationsAs(["departmentAdministrator"], UNIT, "440106");
    const body = scene.delegationsAs(["implementer"], BUREAU, "440106");
    const refused = (...fields: string[]) => ({
      ...{ reason: "PROCEDURE_NEEDED", metadata: { procedure: "ecert.governance.v1.OpeningRequestService" } },
      fields: fields.map((field) => ({ field: `delegation.${field}` })),
    });
    await expect(put(own, UNIT)).rejects.toMatchObject(refused("app_key"));
    await scene.delegations.putDelegation({
      delegation: {
        ...{ appKey, departmentCode: UNIT, itemCodes: [ITEM], since: "2026-11-01", until: "2026-12-31" },
        grantedBy: STRANGER,
      },
    });
    expect(scene.evidence.findLast(({ kind }) => kind === "delegation-changed")?.body).toMatchObject({
      without_procedure: ["app_key"],
    });
    await expect(put(body, UNIT, "", ["YYZZ", "JGDM"])).rejects.toMatchObject(refused("item_codes", "until"));
    expect((await put(own, UNIT, "2026-12-30")).delegation?.grantedBy).toBe(STRANGER);
    expect((await put(body, UNIT, "2026-12-29")).delegation?.grantedBy).toBe(STRANGER);
    for (const who of [own, body]) await expect(put(who, BUREAU)).rejects.toMatchObject(denied);
  });

  test("openings and delegations are listed by department, division and node, page by page", async () => {
    const who: Record<string, Parameters<OpeningScene["as"]>> = {
      department: [["departmentAdministrator"], UNIT, "440106"],
      county: [["implementer"], STRANGER, "440106"],
      city: [["implementer"], STRANGER, "440100"],
      other: [["supervisor"], STRANGER, "440300"],
      province: [["supervisor"], STRANGER, "440000"],
    };
    const staff = (name: string) => who[name] as Parameters<OpeningScene["as"]>;
    await scene.operator.putIssuingOpening({ opening: scene.opening(BUREAU) });
    await scene.operator.putIssuingOpening({ opening: scene.opening(UNIT) });
    const openings = async (name: string, departmentCode = "") => {
      const found: string[] = [];
      for (let pageToken = "", more = true; more; ) {
        const page = await scene.as(...staff(name)).listIssuingOpenings({ pageSize: 1, pageToken, departmentCode });
        found.push(...page.openings.map((one) => `${one.departmentCode.slice(-2)} ${one.appKey.slice(-2)}`));
        pageToken = page.nextPageToken;
        more = pageToken !== "";
      }
      return found.sort();
    };
    const [ofBureau, ofUnit] = [
      ["03 03", "03 29"],
      ["16 03", "16 16"],
    ];
    expect(await openings("department")).toEqual(ofUnit);
    expect(await openings("county")).toEqual(ofUnit);
    expect(await openings("city")).toEqual([...ofBureau, ...ofUnit]);
    expect(await openings("city", UNIT)).toEqual(ofUnit);
    expect(await openings("county", BUREAU)).toEqual([]);
    expect(await openings("other")).toEqual([]);
    expect(await openings("province")).toEqual([...ofBureau, ...ofUnit]);
    const delegated = async (name: string) =>
      (await scene.delegationsAs(...staff(name)).listDelegations({})).delegations
        .filter(({ appKey }) => appKey === HALL)
        .map((one) => one.departmentCode);
    expect(await delegated("department")).toEqual([UNIT]);
    expect(await delegated("city")).toEqual([BUREAU, UNIT]);
    const found = async (asked: object) =>
      (await scene.delegationsAs(...staff("city")).listDelegations(asked)).delegations.length;
    expect([await found({ search: HALL.toUpperCase() }), await found({ search: "none", orderBy: "since" })]).toEqual([
      2, 0,
    ]);
    const opened = async (asked: object) =>
      (await scene.as(...staff("province")).listIssuingOpenings(asked)).openings.map(({ appKey }) => appKey);
    const [all, down] = [await opened({}), await opened({ orderBy: "-app_key", search: ITEM })];
    expect(down).toEqual(all.toSorted().toReversed());
    expect(await opened({ search: HALL })).toEqual(all.filter((app) => app === HALL));
    const foreign = scene.as(...staff("city")).listIssuingOpenings({ pageToken: "x" });
    await expect(foreign).rejects.toMatchObject({ fields: [{ field: "page_token" }] });
  });
});

test("what was opened for another's app before there were delegations goes on, as a delegation that says so", async () => {
  const opening = {
    itemCode: ITEM,
    departmentCode: BUREAU,
    appKey: HALL,
    sealCode: "SEAL-0003",
    opensOn: "2026-11-01",
  };
  const matter = { code: "M", name: "事项", departmentCode: BUREAU, appKeys: [HALL], enabledOn: "2026-01-01" };
  const old = await openOpeningScene({}, [
    { kind: "opening", key: `${ITEM}/${BUREAU}/${HALL}`, value: opening },
    { kind: "matter", key: "M", value: { ...matter, node: "440000", items: [{ itemCode: ITEM }] } },
  ]);
  onTestFinished(() => old.close());
  await expect(old.issuing(BUREAU, HALL)).resolves.toBeDefined();
  await expect
    .poll(async () => (await old.delegations.listDelegations({})).delegations, { timeout: 10_000 })
    .toMatchObject([
      { appKey: HALL, departmentCode: BUREAU, itemCodes: [ITEM], matterCodes: ["M"], carriedOver: true },
    ]);
  await expect(old.issuing(BUREAU, HALL)).resolves.toBeDefined();
  await expect(old.terms.getUsageTerms({ appKey: HALL, matterCode: "M", day: DAY })).resolves.toBeDefined();
  // Records that a recovery brought back are carried over again, for the province keeps no delegations.
  const opened = () => openContext(old.runtime);
  await expect.poll(async () => (await opened()).carriedOver.done(), { timeout: 10_000 }).toBe(true);
  const context = await opened();
  const times = context.carriedOver.times();
  await context.carriedOver.takeBack();
  await context.carriedOver.finish(times);
  expect(context.carriedOver.done()).toBe(false);
  expect((await opened()).carriedOver.done()).toBe(false);
});
