import { createPublicKey, verify } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { BulletinForm } from "../../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { bothEngines } from "../../../test/fixtures/engines.ts";
import { openSupervisionHouse } from "../../../test/fixtures/supervision-house.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";

const MARKET = "11440106MB9DEM11X6";
const BODY = "114400000000990001";
const NAMES: Record<string, string> = { "440000": "广东省", "440100": "岭海市", "440106": "天湾区" };
const CLIENTS = {
  [DivisionService.typeName]: {
    getDivision: async ({ code }: { code: string }) => ({ division: { code, name: NAMES[code] ?? "" } }),
  },
  [RegistryService.typeName]: {
    getDepartment: async ({ code }: { code: string }) => ({
      department: { code, name: "广东省政务服务数据管理局", division: `${code.slice(2, 6)}00` },
    }),
  },
  [AccountService.typeName]: {
    async getStaffAccount({ id, departmentCode }: { id: string; departmentCode: string }) {
      if (departmentCode !== BODY) throw new Refusal("ACCOUNT_UNKNOWN", `no account ${id}`);
      return { name: `领导${id.at(-1)}` };
    },
  },
};
const QUARTER = { division: "440000", quarter: "2026Q3" };
const leader = (account: string, departmentCode = BODY) => ({ account, departmentCode });

/** A quarter with a department in it that was frozen by 甲. */
async function frozen() {
  const [engine] = await bothEngines();
  const scene = await openSupervisionHouse(engine as NonNullable<typeof engine>, CLIENTS);
  onTestFinished(scene.close);
  await scene.department(MARKET, "440106", { at: "2026-07-02T02:00:00.000Z" });
  await scene.matter(MARKET, "M1", "2026-07-02", { at: "2026-07-02T02:00:00.000Z" });
  const told = async () => (await scene.asked.getRates({ day: "2026-09-30" })).rows.length;
  await expect.poll(told, { timeout: 15_000, interval: 20 }).toBeGreaterThan(0);
  const { inspection } = await scene.as(["supervisor"], BODY, "440000").freezeInspection(QUARTER);
  return { ...scene, READ: { ...QUARTER, inspectionSha256: inspection?.sha256 ?? "" } };
}

test("6.2.6.2 a bulletin is published once, by another person than who froze the quarter, signed by the node, and never changes", async () => {
  const scene = await frozen();
  // Who froze it is the account of `as`.
  await expect(scene.bulletins("440000-a").publishBulletin(QUARTER)).rejects.toMatchObject({ reason: "SAME_PERSON" });
  const unread = scene.bulletins("440000-b").publishBulletin(QUARTER);
  await expect(unread).rejects.toMatchObject({
    ...{ reason: "REVISION_CONFLICT", metadata: { sha256: scene.READ.inspectionSha256 } },
    fields: [{ field: "inspection_sha256" }],
  });
  const addressees = [leader("440000-x1"), leader("440000-x2")];
  const { bulletin } = await scene
    .bulletins("440000-b")
    .publishBulletin({ ...scene.READ, addressees, remark: "请加快开通。" });
  expect(bulletin).toMatchObject({
    title: "广东省2026年第三季度电子证照建设应用情况通报",
    publisher: "广东省政务服务数据管理局",
    addressees: [
      { name: "领导1", readAt: "" },
      { name: "领导2", readAt: "" },
    ],
  });
  const x = Buffer.from(scene.runtime.nodeKey.publicKey).toString("base64url");
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const statement = Buffer.from(bulletin?.statementJson ?? "");
  expect(verify(null, statement, key, bulletin?.signature ?? new Uint8Array())).toBe(true);
  const { content, name } = await scene.bulletins("440000-c").getBulletinFile({ ...QUARTER, form: BulletinForm.PDF });
  expect(name).toBe("广东省2026年第三季度电子证照建设应用情况通报.pdf");
  expect(Buffer.from(content.subarray(0, 5)).toString()).toBe("%PDF-");
  expect(JSON.parse(statement.toString()).files.pdf).toBe(sha256Hex(content));
  const again = await scene.bulletins("440000-d").publishBulletin({ ...QUARTER, remark: "另一段话" });
  expect(again.bulletin?.statementJson).toBe(bulletin?.statementJson);
});

test("6.2.6.2 it is delivered to the leaders who are named, each of whom leaves a receipt of reading, and to nobody else", async () => {
  const scene = await frozen();
  const addressees = [leader("440000-x1"), leader("440000-x2")];
  await scene.bulletins("440000-b").publishBulletin({ ...scene.READ, addressees });
  const reader = scene.bulletins("440000-x1", "440000", ["auditor"]);
  const { bulletins } = await reader.listOwnBulletins({});
  expect(bulletins).toMatchObject([{ quarter: "2026Q3", addressees: [{ account: "440000-x1", readAt: "" }] }]);
  const search = async (part: string) => [
    (await reader.listOwnBulletins({ search: part })).bulletins.length,
    (await scene.bulletins("440000-b").listBulletins({ search: part })).bulletins.length,
  ];
  expect([await search("第三季度"), await search("第四季度")]).toEqual([
    [1, 1],
    [0, 0],
  ]);
  const unread = async () => (await reader.listOwnBulletins({ unread: true })).bulletins.length;
  expect(await unread()).toBe(1);
  const { content } = await reader.readOwnBulletin({ ...QUARTER, form: BulletinForm.XLSX });
  expect(await unread()).toBe(0);
  expect(content.length).toBeGreaterThan(1_000);
  const receipts = async () => {
    const { bulletin } = await scene.bulletins("440000-b").getBulletin(QUARTER);
    return bulletin?.addressees.map(({ account, readAt }) => [account, readAt !== ""]);
  };
  expect(await receipts()).toEqual([
    ["440000-x1", true],
    ["440000-x2", false],
  ]);
  const stranger = scene.bulletins("440000-y", "440000", ["auditor"]);
  expect((await stranger.listOwnBulletins({})).bulletins).toEqual([]);
  const refused = stranger.readOwnBulletin({ ...QUARTER, form: BulletinForm.PDF });
  await expect(refused).rejects.toMatchObject({ reason: "BULLETIN_UNKNOWN" });
});

test("what is not frozen, lies beyond reach, or names an account that is not there, is refused and publishes nothing", async () => {
  const scene = await frozen();
  const publish = (more: object, division = "440000") =>
    scene.bulletins("440000-b", division).publishBulletin({ ...scene.READ, ...more });
  await expect(publish({ quarter: "2026Q2" })).rejects.toMatchObject({ reason: "INSPECTION_UNKNOWN" });
  await expect(publish({}, "440100")).rejects.toMatchObject({ reason: "INSPECTION_UNKNOWN" });
  const foreign = publish({ addressees: [leader("440000-x1", MARKET)] });
  await expect(foreign).rejects.toMatchObject({
    reason: "ACCOUNT_UNKNOWN",
    fields: [{ field: "addressees[0].account" }],
  });
  // A city's body delivers within the city.
  const city = { ...QUARTER, division: "440100" };
  const { inspection } = await scene.as(["supervisor"], BODY, "440100").freezeInspection(city);
  const inspectionSha256 = inspection?.sha256 ?? "";
  const above = publish({ ...city, inspectionSha256, addressees: [leader("440000-x1")] }, "440100");
  await expect(above).rejects.toMatchObject({
    reason: "DEPARTMENT_UNKNOWN",
    fields: [{ field: "addressees[0].department_code" }],
  });
  const twice = publish({ addressees: [leader("440000-x1"), leader("440000-x1")] });
  await expect(twice).rejects.toMatchObject({ reason: "INVALID_FIELD", fields: [{ field: "addressees[1].account" }] });
  expect((await scene.bulletins("440000-b").listBulletins({})).bulletins).toEqual([]);
});
