import { beforeAll, describe, expect, test, vi } from "vitest";
import { VolumeGroup } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openSupervisionHouse } from "../../../test/fixtures/supervision-house.ts";

/** The machine may be busy. */
const PATIENT = { timeout: 15_000, interval: 20 };
const MARKET = "11440106MB9DEM11X6";
const CIVIL = "114403000000990007";
const NOVEMBER = { from: "2026-11-01", to: "2026-11-30" };

describe.each(await bothEngines())("supervision on $name", (engine) => {
  /** Two departments of two cities that have issued, used and refused. */
  async function open() {
    const scene = await openSupervisionHouse(engine);
    await scene.department(MARKET, "440106");
    await scene.department(CIVIL, "440300", { node: "440300" });
    await scene.matter(MARKET, "M1", "2026-11-02");
    await scene.matter(MARKET, "M2", "");
    await scene.certificate("c1", MARKET, "2026-11-24T02:00:00Z", "2026-11-24");
    await scene.certificate("c2", MARKET, "2026-11-24T03:30:00Z", "2026-11-20");
    await scene.hour(MARKET, "2026-11-24T10", [
      { action: "verified", itemCode: "YYZZ", matterCode: "M1", count: 6n },
      { action: "extracted", itemCode: "SPJY", matterCode: "M1", count: 2n },
    ]);
    const used = async () => (await scene.asked.getVolumes({ period: NOVEMBER })).rows[0]?.volumes?.used ?? 0n;
    await scene.hour(CIVIL, "2026-11-25T11", [{ action: "refused_use", reason: "USAGE_CODE_SPENT", count: 2n }], {
      node: "440300",
    });
    await vi.waitFor(async () => expect(await used()).toBe(8n), PATIENT);
    const by = async (group: VolumeGroup, more = {}, client = scene.asked) =>
      (await client.getVolumes({ period: NOVEMBER, group, ...more })).rows.map(({ key, volumes }) => {
        const { issued, issuedInTime, used: uses, refused } = volumes ?? {};
        return `${key}: ${issued} (${issuedInTime}) ${uses} ${refused}`;
      });
    await vi.waitFor(async () => expect(await by(VolumeGroup.UNSPECIFIED)).toEqual([": 2 (1) 8 2"]), PATIENT);
    return { ...scene, by };
  }
  let scene: Awaited<ReturnType<typeof open>>;
  beforeAll(async () => {
    scene = await open();
    return scene.close;
  });

  test("tells volumes by day, hour, kind, matter, department, division and action, within reach alone (4.7)", async () => {
    const { by, as } = scene;
    expect(await by(VolumeGroup.DAY)).toEqual(["2026-11-24: 2 (1) 8 0", "2026-11-25: 0 (0) 0 2"]);
    expect(await by(VolumeGroup.HOUR)).toEqual([
      "2026-11-24T10: 1 (1) 8 0",
      "2026-11-24T11: 1 (0) 0 0",
      "2026-11-25T11: 0 (0) 0 2",
    ]);
    expect(await by(VolumeGroup.ITEM)).toEqual([": 0 (0) 0 2", "SPJY: 0 (0) 2 0", "YYZZ: 2 (1) 6 0"]);
    expect(await by(VolumeGroup.MATTER)).toEqual([": 2 (1) 0 2", "M1: 0 (0) 8 0"]);
    expect(await by(VolumeGroup.DEPARTMENT)).toEqual([`${MARKET}: 2 (1) 8 0`, `${CIVIL}: 0 (0) 0 2`]);
    expect(await by(VolumeGroup.DIVISION)).toEqual(["440106: 2 (1) 8 0", "440300: 0 (0) 0 2"]);
    const actions = ["extracted", "issued", "refused_use USAGE_CODE_SPENT", "verified"];
    expect((await by(VolumeGroup.ACTION)).map((row) => row.split(":")[0])).toEqual(actions);
    expect(await by(VolumeGroup.UNSPECIFIED, { itemCode: "YYZZ" })).toEqual([": 2 (1) 6 0"]);
    // Of a whole month the sums are told, of the rest its days: both come to the same.
    const across = { period: { from: "2026-10-15", to: "2026-12-10" } };
    const parts = { period: { from: "2026-11-02", to: "2026-11-29" } };
    const { ITEM, MATTER, DEPARTMENT, DIVISION, ACTION } = VolumeGroup;
    for (const group of [ITEM, MATTER, DEPARTMENT, DIVISION, ACTION]) {
      expect(await by(group, across)).toEqual(await by(group));
      expect(await by(group, parts)).toEqual(await by(group));
    }
    expect(await by(VolumeGroup.DAY, parts)).toEqual(await by(VolumeGroup.DAY));
    expect(await by(VolumeGroup.UNSPECIFIED, { period: { from: "2026-11-25", to: "2026-11-30" } })).toEqual([
      ": 0 (0) 0 2",
    ]);
    expect(await by(VolumeGroup.HOUR, { departmentCode: MARKET })).toHaveLength(2);
    const city = as(["supervisor"], "114403000000000000", "440300");
    expect(await by(VolumeGroup.UNSPECIFIED, {}, city)).toEqual([": 0 (0) 0 2"]);
    expect(await by(VolumeGroup.DIVISION, {}, city)).toEqual(["440300: 0 (0) 0 2"]);
    expect(await by(VolumeGroup.UNSPECIFIED, { division: "440106" }, city)).toEqual([]);
  });

  test("tells volumes page by page, and refuses periods that are too long or turned round", async () => {
    const { asked } = scene;
    const page = (pageToken: string) =>
      asked.getVolumes({ period: NOVEMBER, group: VolumeGroup.DEPARTMENT, pageSize: 1, pageToken });
    const first = await page("");
    const second = await page(first.nextPageToken);
    expect([first, second].map(({ rows }) => rows[0]?.key)).toEqual([MARKET, CIVIL]);
    expect(second.nextPageToken).toBe("");
    const used = { issued: 2n, issuedInTime: 1n, used: 8n, refused: 2n };
    expect([first.total, second.total]).toMatchObject([used, used]);
    const of = (from: string, to: string, group: VolumeGroup = VolumeGroup.DAY) =>
      asked.getVolumes({ period: { from, to }, group });
    await expect(of("2026-01-01", "2027-02-05")).rejects.toMatchObject({ fields: [{ field: "period.to" }] });
    await expect(of("2026-11-01", "2026-12-02", VolumeGroup.HOUR)).rejects.toMatchObject({ reason: "INVALID_FIELD" });
    await expect(of("2026-11-02", "2026-11-01")).rejects.toMatchObject({ reason: "DATE_RANGE_INVALID" });
  });

  test("lets a node define an indicator, tells its value with the rates, and refuses a wrong one with the place (4.7.4)", async () => {
    const { asked } = scene;
    const put = (definition: object, id = "refused-share") =>
      asked.putIndicator({ indicator: { id, name: "用证被拒比例", definitionJson: JSON.stringify(definition) } });
    const measure = (name: string) => ({ measure: name });
    await put({ numerator: measure("refused"), denominator: { sum: [measure("used"), measure("refused")] } });
    await put({ numerator: measure("usable"), denominator: measure("portal") }, "usable-share");
    const values = async (level: RateLevel) =>
      (await asked.getRates({ level, day: "2026-11-30" })).rows.map(({ indicators }) =>
        indicators.map(({ id, value }) => `${id} ${value}`).join(),
      );
    expect(await values(RateLevel.PROVINCE)).toEqual(["refused-share 0.2,usable-share 0.5"]);
    expect(await values(RateLevel.UNSPECIFIED)).toEqual([
      "refused-share 0,usable-share 0.5",
      "refused-share 1,usable-share undefined",
    ]);
    await expect(put({ numerator: measure("sold"), denominator: { constant: 1 } })).rejects.toMatchObject({
      reason: "INVALID_FIELD",
      fields: [{ field: "indicator.definition_json/numerator/measure" }],
    });
    expect((await asked.listIndicators({})).indicators.map(({ id }) => id)).toEqual(["refused-share", "usable-share"]);
    const county = scene.as(["supervisor"], "114403000000000000", "440300");
    const indicator = {
      id: "own",
      name: "本区",
      definitionJson: '{"numerator":{"constant":1},"denominator":{"constant":1}}',
    };
    await expect(county.putIndicator({ indicator })).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  });

  test("freezes a quarter once: what was frozen never changes, whatever comes later (6.2.6.1)", async () => {
    const { asked } = scene;
    scene.setNow("2026-12-31T15:59:59Z");
    const early = asked.freezeInspection({ quarter: "2026Q4" });
    await expect(early).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "quarter" }] });
    scene.setNow("2026-12-31T16:00:00Z");
    const { inspection } = await asked.freezeInspection({ quarter: "2026Q4" });
    expect(inspection).toMatchObject({ division: "440000", from: "2026-10-01", to: "2026-12-31", rowCount: 6 });
    expect(inspection?.silent.map(({ node }) => node)).toEqual(["440100", "440300"]);
    expect(scene.evidence.map(({ kind }) => kind)).toContain("inspection-frozen");
    await scene.matter(MARKET, "M2", "2026-12-01", { at: "2026-12-01T02:00:00.000Z" });
    await expect.poll(() => scene.usage(MARKET, "2026-12-31"), PATIENT).toMatchObject({ usable: 2 });
    scene.setNow("2027-01-05T02:00:00Z");
    expect((await asked.freezeInspection({ quarter: "2026Q4" })).inspection).toEqual(inspection);
    const first = await asked.getInspection({ quarter: "2026Q4", pageSize: 5 });
    const { rows, nextPageToken } = await asked.getInspection({
      ...{ quarter: "2026Q4", pageSize: 5, pageToken: first.nextPageToken },
    });
    const told = [...first.rows, ...rows].map(({ rates, volumes }) =>
      [rates?.departmentCode || rates?.division, rates?.figures?.usable, rates?.figures?.portal, volumes?.used].join(
        " ",
      ),
    );
    const divisions = ["440000 1 2 8", "440100 1 2 8", "440300 0 0 0", "440106 1 2 8"];
    expect(told).toEqual([...divisions, `${MARKET} 1 2 8`, `${CIVIL} 0 0 0`]);
    expect(nextPageToken).toBe("");
  });

  test("lets a management body inspect its division and those below, and nobody else's (4.2)", async () => {
    scene.setNow("2027-01-05T02:00:00Z");
    const city = scene.as(["supervisor"], "114403000000000000", "440300");
    const { inspection } = await city.freezeInspection({ quarter: "2026Q4" });
    expect(inspection).toMatchObject({ division: "440300", frozenBy: "staff/440000-a" });
    const spelled = await city.freezeInspection({ quarter: "2026Q4", division: "440300000000" });
    expect(spelled.inspection?.sha256).toBe(inspection?.sha256);
    const beyond = city.freezeInspection({ quarter: "2026Q4", division: "440100" });
    await expect(beyond).rejects.toMatchObject({ fields: [{ field: "division" }] });
    await scene.asked.freezeInspection({ quarter: "2026Q4" });
    const listed = async (client: typeof city, search = "") =>
      (await client.listInspections({ search })).inspections.map(({ division }) => division);
    expect([await listed(city), await listed(scene.asked)]).toEqual([["440300"], ["440000", "440300"]]);
    expect([await listed(scene.asked, "4403"), await listed(city, "440000")]).toEqual([["440300"], []]);
    const province = city.getInspection({ quarter: "2026Q4", division: "440000" });
    await expect(province).rejects.toMatchObject({ reason: "INSPECTION_UNKNOWN" });
    await expect(city.getInspection({ quarter: "2026Q3" })).rejects.toMatchObject({ reason: "INSPECTION_UNKNOWN" });
  });

  test("counts an hour anew when more of it is told, and lays it where it happened", async () => {
    const { by, hour } = scene;
    await hour(MARKET, "2026-11-24T10", [{ action: "verified", itemCode: "YYZZ", matterCode: "M1", count: 9n }]);
    await expect.poll(() => by(VolumeGroup.MATTER), PATIENT).toEqual([": 2 (1) 0 2", "M1: 0 (0) 9 0"]);
  });
});
