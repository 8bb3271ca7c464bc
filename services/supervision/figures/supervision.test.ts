import { describe, expect, onTestFinished, test } from "vitest";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { Rate, VolumeGroup } from "../../../proto/gen/ecert/supervision/v1/figures_pb.ts";
import { MemberChoice, RateLevel } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openSupervisionHouse } from "../../../test/fixtures/supervision-house.ts";

/** The machine may be busy. */
const PATIENT = { timeout: 15_000, interval: 20 };
const MARKET = "11440106MB9DEM11X6";
const CIVIL = "114403000000990007";

describe.each(await bothEngines())("supervision on $name (4.7)", (engine) => {
  async function open() {
    const scene = await openSupervisionHouse(engine);
    onTestFinished(scene.close);
    return scene;
  }

  test("counts both rates of a department from its events, on each day what held then (3.7, 3.8)", async () => {
    const scene = await open();
    await scene.department(MARKET, "440106");
    await scene.matter(MARKET, "M1", "2026-11-10");
    await scene.matter(MARKET, "M2", "");
    await expect.poll(() => scene.usage(MARKET, "2026-11-10"), PATIENT).toMatchObject({ portal: 2, usable: 1 });
    expect(await scene.usage(MARKET, "2026-11-09")).toMatchObject({ portal: 2, usable: 0 });
    expect(await scene.usage(MARKET, "2026-11-01")).toMatchObject({ portal: 0 });
    const { members } = await scene.asked.listRateMembers({
      departmentCode: MARKET,
      rate: Rate.USAGE,
      day: "2026-11-10",
    });
    expect(members).toMatchObject([
      { code: "M1", counts: true, localizedWhy: "可使用电子证照" },
      { code: "M2", counts: false, localizedWhy: "未启用用证" },
    ]);
  });

  test("counts as listed what the obligatory lists of any division say of a department, and of these what is really issued in time (3.6, 3.7)", async () => {
    const scene = await open();
    await scene.list("440000", { YYZZ: [MARKET], SPJY: [MARKET], HYZ: [CIVIL] }, { node: "440000" });
    await scene.department(MARKET, "440106");
    await scene.opening(MARKET, "YYZZ", "2026-11-02");
    await scene.opening(MARKET, "SPJY", "2026-11-02");
    await scene.certificate("c1", MARKET, "2026-11-24T02:00:00Z", "2026-11-24");
    const figures = { listed: 2, opened: 2, synchronous: 1 };
    await expect.poll(() => scene.usage(MARKET, "2026-11-24"), PATIENT).toMatchObject(figures);
    const asked = { departmentCode: MARKET, rate: Rate.ELECTRONIC, day: "2026-11-24" };
    expect((await scene.asked.listRateMembers(asked)).members).toMatchObject([
      { code: "SPJY", counts: false, declared: true, localizedWhy: "已开通，90日内未签发" },
      { code: "YYZZ", counts: true, declared: true, issued: 1, issuedInTime: 1 },
    ]);
    const chosen = async (choice: MemberChoice) =>
      (await scene.asked.listRateMembers({ ...asked, choice })).members.map(({ code }) => code);
    expect(await chosen(MemberChoice.COUNTED)).toEqual(["YYZZ"]);
    expect(await chosen(MemberChoice.NOT_COUNTED)).toEqual(["SPJY"]);
    expect(await chosen(MemberChoice.DECLARED)).toEqual(["SPJY", "YYZZ"]);
    const later = { node: "440000", at: "2026-11-26T02:00:00Z" };
    await scene.list("440000", { YYZZ: [MARKET], SPJY: [CIVIL] }, later);
    await expect.poll(() => scene.usage(MARKET, "2026-11-26"), PATIENT).toMatchObject({ listed: 1 });
    expect(await scene.usage(MARKET, "2026-11-25")).toMatchObject({ listed: 2 });
    expect(await scene.list("440000", { YYZZ: [MARKET], SPJY: [CIVIL] }, later)).toBe(false);
  });

  test("tells what was issued within the working day by the holidays that are known, counts anew once others are loaded, and names years without any (6.4.5.2)", async () => {
    const scene = await open();
    await scene.department(MARKET, "440106");
    // Decided on a weekend that was worked, and on the last day of a holiday; issued on the next working day.
    await scene.certificate("c1", MARKET, "2026-09-21T02:00:00Z", "2026-09-20");
    await scene.certificate("c2", MARKET, "2026-10-08T02:00:00Z", "2026-10-07");
    await scene.certificate("c3", MARKET, "2027-05-06T02:00:00Z", "2027-05-03");
    const inTime = async (from: string, to: string) => {
      const { rows, yearsWithoutHolidays } = await scene.asked.getVolumes({ period: { from, to } });
      return [rows[0]?.volumes?.issued, rows[0]?.volumes?.issuedInTime, yearsWithoutHolidays];
    };
    await expect.poll(() => inTime("2026-09-01", "2026-09-30"), PATIENT).toEqual([1n, 0n, []]);
    await expect.poll(() => inTime("2026-10-01", "2026-10-31"), PATIENT).toEqual([1n, 1n, []]);
    await expect.poll(() => inTime("2027-05-01", "2027-05-31"), PATIENT).toEqual([1n, 0n, [2027]]);
    const holidays = {
      ...{ year: 2027, source: "通知", publishedOn: "2026-11-20", workingDays: ["2027-05-08"] },
      holidays: ["2027-05-01", "2027-05-02", "2027-05-03", "2027-05-04", "2027-05-05"],
    };
    const county = scene.as(["supervisor"], MARKET, "440106").putHolidays({ holidays });
    await expect(county).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    for (const wrong of [
      { workingDays: ["2027-05-06"] },
      { workingDays: ["2027-05-01"] },
      { workingDays: ["2029-05-05"] },
    ])
      await expect(scene.asked.putHolidays({ holidays: { ...holidays, ...wrong } })).rejects.toMatchObject({
        reason: "INVALID_FIELD",
        fields: [{ field: "holidays.working_days[0]" }],
      });
    await scene.asked.putHolidays({ holidays });
    await expect.poll(() => inTime("2027-05-01", "2027-05-31"), PATIENT).toEqual([1n, 1n, []]);
    expect((await scene.asked.getRates({ day: "2028-01-15" })).yearsWithoutHolidays).toEqual([2028]);
    const { years } = await scene.asked.listHolidays({});
    expect(years.map(({ year, source }) => `${year} ${source}`)).toEqual([
      "2025 国务院办公厅关于2025年部分节假日安排的通知（国办发明电〔2024〕12号）",
      "2026 国务院办公厅关于2026年部分节假日安排的通知（国办发明电〔2025〕7号）",
      "2027 通知",
    ]);
  });

  test("takes an event once, however often and in whatever order they come", async () => {
    const scene = await open();
    await scene.department(MARKET, "440106");
    const later = { revision: 7, at: "2026-11-05T02:00:00.000Z" };
    expect(await scene.matter(MARKET, "M1", "2026-11-05", later)).toBe(true);
    expect(await scene.matter(MARKET, "M1", "", { revision: 6, at: "2026-11-03T02:00:00.000Z" })).toBe(true);
    expect(await scene.matter(MARKET, "M1", "2026-11-05", later)).toBe(false);
    expect(await scene.certificate("c1", MARKET, "2026-11-05T02:00:00Z", "2026-11-05")).toBe(true);
    expect(await scene.certificate("c1", MARKET, "2026-11-05T02:00:00Z", "2026-11-05", 2)).toBe(false);
    await expect.poll(() => scene.usage(MARKET, "2026-11-04"), PATIENT).toMatchObject({ portal: 1, usable: 0 });
    await expect.poll(() => scene.usage(MARKET, "2026-11-05"), PATIENT).toMatchObject({ portal: 1, usable: 1 });
  });

  test("adds divisions up, and shows each caller what lies within reach: a county its own, the province all (4.2)", async () => {
    const scene = await open();
    await scene.department(MARKET, "440106");
    await scene.department(CIVIL, "440300", { node: "440300" });
    await scene.matter(MARKET, "M1", "2026-11-02");
    await scene.matter(CIVIL, "M9", "", { node: "440300" });
    const of = async (client: typeof scene.asked, level: RateLevel) =>
      (await client.getRates({ level, day: "2026-11-30" })).rows.map(
        ({ division, departmentCode, figures }) =>
          `${departmentCode || division} ${figures?.usable}/${figures?.portal}`,
      );
    await expect.poll(() => of(scene.asked, RateLevel.PROVINCE), PATIENT).toEqual(["440000 1/2"]);
    expect(await of(scene.asked, RateLevel.CITY)).toEqual(["440100 1/1", "440300 0/1"]);
    expect(await of(scene.asked, RateLevel.COUNTY)).toEqual(["440106 1/1"]);
    expect(await of(scene.asked, RateLevel.UNSPECIFIED)).toEqual([`${MARKET} 1/1`, `${CIVIL} 0/1`]);
    const county = scene.as(["supervisor"], "114401060000000000", "440106");
    expect(await of(county, RateLevel.UNSPECIFIED)).toEqual([`${MARKET} 1/1`]);
    expect(await of(scene.as(["auditor"], CIVIL, "440300"), RateLevel.UNSPECIFIED)).toEqual([`${CIVIL} 0/1`]);
    expect((await county.getRates({ departmentCode: CIVIL })).rows).toEqual([]);
    const beyond = county.listRateMembers({ departmentCode: CIVIL, rate: Rate.USAGE });
    await expect(beyond).rejects.toMatchObject({ reason: "DEPARTMENT_UNKNOWN" });
  });

  test("3.7, 4.7 ranks departments and divisions over all pages: equal rates share a place, who has none stands last without one, and a search leaves places as they are", async () => {
    const scene = await open();
    const all = ["440106", "440300", "440500", "440600"].map((division, index) => ({
      ...{ division, code: `11440000000000000${index}`, node: `${division.slice(0, 4)}00` },
    }));
    for (const { division, code, node } of all) await scene.department(code, division, { node });
    const [first, second, third, fourth] = all.map(({ code }) => code) as [string, string, string, string];
    await scene.list("440000", { YYZZ: [first, second, third], SPJY: [first] }, { node: "440000" });
    for (const { code, node } of [all[1], all[2]].flatMap((one) => one ?? [])) {
      await scene.opening(code, "YYZZ", "2026-11-02", { node });
      await scene.certificate(`c-${code}`, code, "2026-11-24T02:00:00Z", "2026-11-24", 1, { node });
    }
    const page = (more: object) => scene.asked.getRates({ day: "2026-11-24", orderBy: "-electronic_rate", ...more });
    const places = async (more: object) => {
      const told: string[] = [];
      for (let pageToken = ""; ; ) {
        const { rows, nextPageToken } = await page({ ...more, pageToken });
        told.push(...rows.map(({ departmentCode, division, place }) => `${place} ${departmentCode || division}`));
        if (nextPageToken === "") return told;
        pageToken = nextPageToken;
      }
    };
    const departments = [`1 ${third}`, `1 ${second}`, `3 ${first}`, `0 ${fourth}`];
    await expect.poll(() => places({ pageSize: 1 }), PATIENT).toEqual(departments);
    expect(await places({ pageSize: 3, orderBy: "electronic_rate" })).toEqual(departments.toReversed());
    expect(await places({ search: first })).toEqual([`3 ${first}`]);
    expect(await places({ search: first, orderBy: "" })).toEqual([`0 ${first}`]);
    const cities = ["1 440500", "1 440300", "3 440100", "0 440600"];
    expect(await places({ level: RateLevel.CITY, pageSize: 1 })).toEqual(cities);
    const { nextPageToken: pageToken } = await page({ pageSize: 1 });
    const other = page({ pageSize: 1, pageToken, orderBy: "name" });
    await expect(other).rejects.toMatchObject({ fields: [{ field: "page_token" }] });
  });

  test("6.2.5.2 tells since when departments of a division really issue and use, and of others nothing", async () => {
    const scene = await open();
    await scene.department(MARKET, "440106");
    await scene.matter(MARKET, "M1", "2026-11-02");
    await scene.certificate("c2", MARKET, "2026-11-09T02:00:00Z", "2026-11-09");
    await scene.certificate("c1", MARKET, "2026-11-05T02:00:00Z", "2026-11-05");
    await scene.hour(MARKET, "2026-11-07T10", [
      { action: "refused_use", reason: "USAGE_NOT_ALLOWED", matterCode: "M2", count: 1n },
      { action: "verified", itemCode: "YYZZ", matterCode: "M1", count: 3n },
    ]);
    const doing = (code: string) => ({ code, departmentCode: MARKET });
    const asked = { items: [doing("YYZZ"), doing("JGDM")], matters: [doing("M1"), doing("M2")], day: "2026-11-30" };
    const told = async (more: object = {}) => {
      const { items, matters } = await scene.asked.getFirstDays({ division: "440100", ...asked, ...more });
      return [items, matters];
    };
    await expect.poll(told, PATIENT).toEqual([
      ["2026-11-05", ""],
      ["2026-11-07", ""],
    ]);
    const nothing = [
      ["", ""],
      ["", ""],
    ];
    expect(await told({ day: "2026-11-04" })).toEqual(nothing);
    expect(await told({ division: "440300" })).toEqual(nothing);
  });

  test("completes the days of a city that was cut off, and still tells what was known before (6.2.6.2)", async () => {
    const scene = await open();
    scene.setNow("2026-11-02T02:00:00Z");
    await scene.department(MARKET, "440106");
    await scene.matter(MARKET, "M1", "");
    await expect.poll(() => scene.usage(MARKET, "2026-11-02"), PATIENT).toMatchObject({ portal: 1 });
    scene.setNow("2026-11-12T02:00:00Z");
    const { rows } = await scene.asked.getRates({ departmentCode: MARKET });
    expect(rows[0]?.silent).toMatchObject([{ node: "440100", lastEventAt: "2026-11-02T02:00:00.000Z" }]);
    await scene.matter(MARKET, "M1", "2026-11-04", { at: "2026-11-04T02:00:00.000Z" });
    await expect.poll(() => scene.usage(MARKET, "2026-11-04"), PATIENT).toMatchObject({ usable: 1 });
    expect(await scene.usage(MARKET, "2026-11-04", "2026-11-12T01:00:00Z")).toMatchObject({ portal: 1, usable: 0 });
    expect(await scene.usage(MARKET, "2026-11-04", "2026-11-12T10:00:01+08:00")).toMatchObject({ usable: 1 });
    expect((await scene.asked.getRates({ departmentCode: MARKET })).rows[0]?.silent).toEqual([]);
  });

  test("refuses a day that is none, knowledge of more than one department, and events that it cannot read", async () => {
    const scene = await open();
    await expect(scene.asked.getRates({ day: "2026-02-30" })).rejects.toMatchObject({ fields: [{ field: "day" }] });
    const many = scene.asked.getRates({ knownAt: "2026-11-12T01:00:00Z" });
    await expect(many).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "known_at" }] });
    await expect(scene.certificate("c1", MARKET, "2026-11-05T02:00:00Z", "soon")).rejects.toMatchObject({
      reason: "DATA_INVALID",
    });
  });

  test("lets no city count for another one: neither by its lists, nor its uses, nor certificates of which it tells first", async () => {
    const scene = await open();
    await scene.department(CIVIL, "440300", { node: "440300" });
    const uses = [{ action: "verified", itemCode: "YYZZ", count: 5n }];
    const rates = async () => (await scene.asked.getRates({ departmentCode: CIVIL, day: "2026-11-24" })).rows;
    await expect.poll(async () => (await rates()).length, PATIENT).toBe(1);
    // What 440100 says of a department of 440300.
    await scene.list("440100", { YYZZ: [CIVIL] });
    await scene.certificate("c9", CIVIL, "2026-11-24T02:00:00Z", "2026-11-24");
    await scene.hour(CIVIL, "2026-11-24T10", uses);
    // What the province says, which stands in for its cities, and what 440300 says itself.
    await scene.list("440000", { SPJY: [CIVIL] }, { node: "440000" });
    await scene.hour(CIVIL, "2026-11-24T11", [{ action: "fetched", count: 2n }], { node: "440000" });
    const own = { node: "440300" };
    expect(await scene.certificate("c9", CIVIL, "2026-11-24T02:00:00Z", "2026-11-24", 1, own)).toBe(true);
    const told = async () => {
      const period = { from: "2026-11-24", to: "2026-11-24" };
      const { rows } = await scene.asked.getVolumes({ period, division: "440300" });
      const listed = (await rates()).find(({ node }) => node === "440300")?.figures?.listed;
      return { listed, issued: rows[0]?.volumes?.issued, used: rows[0]?.volumes?.used };
    };
    await expect.poll(told, PATIENT).toEqual({ listed: 1, issued: 1n, used: 2n });
  });

  test("lays what was used before a department's own record came into its division once that is there", async () => {
    const scene = await open();
    const usedIn = async (division: string) => {
      const period = { from: "2026-11-24", to: "2026-11-24" };
      return (await scene.asked.getVolumes({ period, division })).rows[0]?.volumes?.used;
    };
    await scene.hour(MARKET, "2026-11-24T10", [{ action: "verified", count: 3n }]);
    await expect.poll(() => usedIn("440100"), PATIENT).toBe(3n);
    await scene.department(MARKET, "440106");
    await expect.poll(() => usedIn("440106"), PATIENT).toBe(3n);
  });

  test("4.7 volumes come in the order that is asked for, page by page, all of them added up on each, and a division tells whether others below it are among them", async () => {
    const scene = await open();
    await scene.department(MARKET, "440106");
    await scene.department(CIVIL, "440100");
    await scene.hour(MARKET, "2026-11-24T10", [
      { action: "verified", itemCode: "A", matterCode: "M1", count: 3n },
      { action: "refused_use", reason: "USAGE_NOT_ALLOWED", itemCode: "B", matterCode: "M1", count: 4n },
    ]);
    await scene.hour(CIVIL, "2026-11-25T10", [{ action: "verified", itemCode: "C", matterCode: "M1", count: 9n }]);
    const period = { from: "2026-11-01", to: "2026-11-30" };
    const page = (more: object) => scene.asked.getVolumes({ period, group: VolumeGroup.ITEM, pageSize: 2, ...more });
    await expect.poll(async () => (await page({})).total, PATIENT).toMatchObject({ used: 12n, refused: 4n });
    const all = async (orderBy: string) => {
      const first = await page({ orderBy });
      const second = await page({ orderBy, pageToken: first.nextPageToken });
      expect(second.total).toEqual(first.total);
      expect(second.nextPageToken).toBe("");
      return [...first.rows, ...second.rows].map(({ key }) => key).join("");
    };
    expect([await all(""), await all("-key"), await all("-total")]).toEqual(["ABC", "CBA", "CBA"]);
    expect([await all("used"), await all("-refused")]).toEqual(["BAC", "BCA"]);
    const { nextPageToken: pageToken } = await page({ orderBy: "used" });
    await expect(page({ orderBy: "-used", pageToken })).rejects.toMatchObject({ fields: [{ field: "page_token" }] });
    const above = async (more: object) =>
      (await page({ group: VolumeGroup.DIVISION, ...more })).rows.map(({ key, hasBelow }) => `${key} ${hasBelow}`);
    expect(await above({})).toEqual(["440100 true", "440106 false"]);
    // That the one below stands on another page changes nothing.
    expect(await above({ orderBy: "-used", pageSize: 1 })).toEqual(["440100 true"]);
    expect(await above({ departmentCode: CIVIL })).toEqual(["440100 false"]);
  });

  test("keeps nothing that could not be counted: days and hours that there are not, and codes that are none", async () => {
    const scene = await open();
    const at = { at: "yesterday" };
    const wrong = [
      () => scene.hour(MARKET, "2026-99-99T99", [{ action: "verified", count: 1n }]),
      () => scene.certificate("c1", MARKET, "soon", "2026-11-05"),
      () => scene.certificate("c1", "a b", "2026-11-05T02:00:00Z", "2026-11-05"),
      () => scene.opening(MARKET, "YYZZ", "2026-13-01"),
      () => scene.opening("a/b", "YYZZ", "2026-11-02"),
      () => scene.matter(MARKET, "M1", "tomorrow"),
      () => scene.matter(MARKET, "M1", "2026-11-02", at),
      () => scene.list("440100", { YYZZ: ["a b"] }),
      () => scene.tell(EventKind.REGISTRY_CHANGED, "matter/M2", Buffer.from("no message")),
    ];
    for (const tell of wrong) await expect(tell()).rejects.toMatchObject({ reason: "DATA_INVALID" });
    await scene.department(MARKET, "440106");
    await scene.hour(MARKET, "2026-11-24T10", [{ action: "verified", count: 3n }]);
    const used = async () =>
      (await scene.asked.getVolumes({ period: { from: "2026-11-01", to: "2026-11-30" } })).rows[0]?.volumes?.used;
    await expect.poll(used, PATIENT).toBe(3n);
  });
});
