import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { RegistryService } from "../../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { catalogService } from "../../../services/catalog/main.ts";
import type { RunningService } from "../../../services/node/runtime.ts";
import { directClient, openTestRuntime, type TestRuntime } from "../../../test/fixtures/runtime.ts";
import type { Asked, Options, RunAction } from "./action.ts";
import { MATTER_LISTS } from "./matter-lists.ts";

const BUREAU = "114401000000990003";
const HEAD = "事项编码,事项名称,部门统一社会信用代码,核发证照,申报材料";
const directory = mkdtempSync(join(tmpdir(), "ecert-matter-import-"));
let node: TestRuntime;
let running: RunningService;

beforeAll(async () => {
  node = await openTestRuntime({ service: "catalog" });
  running = await catalogService.start(node.runtime);
  const department = { code: BUREAU, name: "局", division: "440100" };
  await directClient(running, RegistryService).putDepartment({ department });
});
afterAll(async () => {
  rmSync(directory, { recursive: true, force: true });
  const closed = node.close();
  await running.stop();
  await closed;
});

const run = (action: RunAction, args: string[], options: Options = {}) => {
  const client: Asked["operator"]["client"] = (service) => directClient(running, service);
  return action.run({ arguments: args, options, operator: { client, close() {} }, server: "" });
};
const file = (name: string, ...rows: string[]) => {
  const path = join(directory, name);
  writeFileSync(path, [HEAD, ...rows].join("\n"));
  return path;
};

test("6.2.2.2: a list is imported from a shell: previewed, refused for its faulty rows, stored, found and compared", async () => {
  const good = file("good.csv", `A1,开办企业,${BUREAU},YYZZ,身份证明=SFZ`, `A2,变更,${BUREAU},,`);
  const looked = await run(MATTER_LISTS.import, [good], { preview: true });
  expect(looked.text).toContain(
    "新增 added 2, 变更 changed 0, 终止 ended 0, 未变 unchanged 0, 不合格 faulty 0（utf-8）",
  );
  expect(looked.text).toContain("第2行 row 2 新增 added A1 开办企业");
  expect(looked.text).toContain("nothing stored");
  expect((await run(MATTER_LISTS.find, [])).text).toBe("没有记录 · none\n");

  expect((await run(MATTER_LISTS.import, [good])).json).toMatchObject({ state: "MATTER_IMPORT_STATE_DONE" });
  expect((await run(MATTER_LISTS.find, [], { department: BUREAU })).text).toMatch(/^A1 +开办企业/m);
  expect((await run(MATTER_LISTS.find, [], { item: "YYZZ" })).json.matters).toMatchObject([{ code: "A1" }]);
  expect((await run(MATTER_LISTS.materials, ["A1"])).text).toMatch(/身份证明 +SFZ/);
  const compared = await run(MATTER_LISTS.compare, []);
  expect(compared.json.differences).toMatchObject([{ kind: "MATTER_DIFFERENCE_KIND_ITEM_UNKNOWN", matterCode: "A1" }]);
  expect((await run(MATTER_LISTS.missing, [])).text).toBe("没有记录 · none\n");

  const later = file("later.csv", `A1,开办企业一件事,${BUREAU},YYZZ,身份证明=SFZ`, `A3,,${BUREAU},,`);
  await expect(run(MATTER_LISTS.import, [later])).rejects.toMatchObject({
    reason: "INVALID_FIELD",
    message: expect.stringMatching(/第3行 row 3 不合格 faulty A3\s+事项名称 name: 为空，请填写 · is empty; fill it in/),
  });
  const partly = await run(MATTER_LISTS.import, [later], { partial: true, "ended-on": "2026-12-01" });
  expect(partly.text).toContain("name: 开办企业 → 开办企业一件事");
  expect(partly.text).toContain("未列 missing 终止 ended A2 变更");
});

test("a file that is none is refused before it is sent, one that cannot be read with the node's reason", async () => {
  await expect(run(MATTER_LISTS.import, ["list.docx"])).rejects.toMatchObject({ reason: "INVALID_FIELD" });
  const path = join(directory, "wrong.csv");
  writeFileSync(path, "名称\n甲\n");
  await expect(run(MATTER_LISTS.import, [path])).rejects.toMatchObject({
    message: expect.stringContaining("不是清单的列"),
  });
});
