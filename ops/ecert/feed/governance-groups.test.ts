import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescService } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import type { Role } from "../../../services/domain/role.ts";
import { BUREAU, codeOf, type GovernanceHouse, openGovernanceHouse } from "../../../test/fixtures/governance-house.ts";
import type { Asked, RunAction } from "./action.ts";
import { GROUPS } from "./groups.ts";

let house: GovernanceHouse;
const folder = mkdtempSync(join(tmpdir(), "ecert-governance-groups-"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

beforeAll(async () => {
  house = await openGovernanceHouse(undefined);
  const last = () => house.as(DivisionService, "a", "administrator").getDivision({ code: "441900100" });
  await vi.waitFor(last, { timeout: 10_000, interval: 20 });
});
afterAll(async () => {
  await house.close();
  rmSync(folder, { recursive: true });
});

/** Runs a command as somebody; what it shows, or what it refuses. */
async function ecert(who: [string, Role, object?], word: string, args: readonly string[], options: object = {}) {
  const [account, role, where] = who;
  const client = (service: DescService) => house.as(service, account, role, where);
  const operator = { client, close: () => {} } as unknown as Asked["operator"];
  const [name = "", ...rest] = args;
  const action = GROUPS[word]?.actions[name] as RunAction;
  const asked = { arguments: rest, options: options as Asked["options"], operator, server: "core:7443" };
  return action.run(asked).then(
    ({ text }) => text,
    (error: Error) => error.message,
  );
}

test("a list of divisions is compared, and stored with --yes alone; with a fault nothing is", async () => {
  const body: [string, Role] = ["body", "administrator"];
  const list = file(
    "new.csv",
    "# source: 民政部\n# date: 2026-11-01\ncode,name,from\n440107,新湾区,\n440106,天湾新区,2026-10-01\n",
  );
  const told = await ecert(body, "division", ["load", list]);
  expect(told).toBe(
    "更名 renamed 440106 天湾区 → 天湾新区\n新增 added 440107 新湾区\n仅比较，未存 · compared, nothing stored: 2\n",
  );
  expect(await ecert(body, "division", ["load", list], { yes: true })).toContain("已存 · stored: 2");
  expect(await ecert(body, "division", ["load", list], { yes: true })).toBe("已存 · stored: 0\n");
  const wrong = file("wrong.csv", "# source: 民政部\n# date: 2026-11-01\ncode,name\n440108,甲区\n44,乙\n");
  const faulty = await ecert(body, "division", ["load", wrong], { yes: true });
  expect(faulty).toContain("1 处有误，一概未存");
  expect(faulty).toContain("rows[1].code: 不是行政区划代码");
});

test("a paper is handed in from a file, and a case goes its steps under the names of people (6.2.2.1)", async () => {
  const filler: [string, Role] = ["filler", "implementer"];
  const scan = file("form.txt", "登记表");
  const digest = (await ecert(filler, "paper", ["put", scan], { kind: "registration_form" })).slice(0, 64);
  expect(digest).toMatch(/^[0-9a-f]{64}$/);
  expect(await ecert(filler, "paper", ["put", scan], { kind: "poem" })).toContain("kind");
  expect(await ecert(filler, "entry", ["submit", codeOf("400"), "1"])).toContain(`no case ${codeOf("400")}`);
  expect(await ecert(filler, "change", ["confirm", "NONE-1", "1"])).toContain("no case NONE-1");
  expect(await ecert(filler, "change", ["confirm", "NONE-1", "unread"])).toContain("revision");
});

test("a list is handed in from a file of the form that its name says, and its rows are shown (6.4.2.1)", async () => {
  const keeper: [string, Role, object] = ["keeper", "catalogKeeper", BUREAU];
  const kind = { kind: "issuing" };
  const good = file("list.csv", "事项编码,事项名称,证照名称\n01,许可,许可证\n");
  const put = (path: string, options: object = kind) =>
    ecert(keeper, "hand-in", ["put", BUREAU.department, path], options);
  expect(await put(good, { ...kind, "dry-run": true })).toContain("nothing stored: 1 行 rows, +1 −0");
  expect(await put(good)).toContain("第1版 version 1");
  const rows = await ecert(keeper, "hand-in", ["rows", BUREAU.department], kind);
  expect(JSON.parse(rows)).toEqual({ matterCode: "01", matterName: "许可", itemName: "许可证" });
  const bad = file("bad.csv", "事项编码,事项名称,证照名称\n01,,许可证\n");
  expect(await put(bad)).toContain(`${bad}:2 事项名称 matterName: 为空，请填写 · is empty; fill it in`);
  expect(await put(file("list.doc", ""))).toContain("cannot tell the form");
  expect(await put(good, { kind: "poems" })).toContain("there is no list poems");
});
