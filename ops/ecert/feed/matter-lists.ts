import type { DescMethodUnary, JsonObject } from "@bufbuild/protobuf";
import { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { ActionOption, Asked, RunAction } from "./action.ts";
import { listed } from "./caller.ts";
import { IMPORT_OPTIONS, importMatters } from "./matter-import.ts";
import { table } from "./table.ts";

const matters = MatterService.method;

const DIFFERENCE = ["kind", "departmentCode", "matterCode", "expectedCode", "expected", "found"] as const;

/** 6.2.2.2, 4.5.3: lists of matters as a whole. */
export const MATTER_LISTS = {
  import: {
    kind: "run",
    keys: [],
    takes: ["FILE"],
    chinese: "导入事项清单（.csv、.xlsx、.json）：先比对，无误则按比对结果整体入库",
    english: "imports a list: compared first, then stored as it was compared, all of it or nothing",
    options: IMPORT_OPTIONS,
    run: importMatters,
  },
  find: searching(
    matters.findMatters,
    "matters",
    ["code", "name", "departmentCode", "typeCode", "endedOn"],
    "查找事项",
    "finds matters",
    {
      department: { value: "CODE", chinese: "部门", english: "of a department", member: "departmentCode" },
      item: { value: "CODE", chinese: "核发该证照", english: "that issue an item", member: "itemCode" },
      "portal-on": { value: "DAY", chinese: "当日在政务服务网", english: "on the portal on a day", member: "portalOn" },
    },
  ),
  compare: searching(
    matters.compareMatters,
    "differences",
    DIFFERENCE,
    "与省事项目录、证照目录的差异清单（省级节点）",
    "how matters differ from the province's directory and from the catalog",
    { department: { value: "CODE", chinese: "部门", english: "of a department", member: "departmentCode" } },
  ),
  missing: searching(
    matters.listMissingMatters,
    "differences",
    DIFFERENCE,
    "省事项目录中无对应事项的条目、无事项核发的证照",
    "entries of the directory that no matter carries out, items that none issues",
    {
      node: {
        value: "CODE",
        chinese: "省级节点：下级节点",
        english: "at the province: of another node",
        member: "node",
      },
    },
  ),
  materials: {
    kind: "run",
    keys: [],
    takes: ["CODE"],
    chinese: "办事指南的申报材料，及可代替的证照",
    english: "materials of a service guide, and which certificate takes their place",
    async run(asked: Asked) {
      const members = { matterCode: asked.arguments[0] as string };
      return told(
        asked,
        matters.listMatterMaterials,
        "materials",
        ["name", "itemCode", "itemName", "usableNow"],
        members,
      );
    },
  },
} as const satisfies Readonly<Record<string, RunAction>>;

/** A list that is narrowed by options. */
function searching(
  method: DescMethodUnary,
  records: string,
  columns: readonly string[],
  chinese: string,
  english: string,
  options: Readonly<Record<string, ActionOption & { member: string }>>,
): RunAction {
  return {
    kind: "run",
    keys: [],
    takes: [],
    chinese,
    english,
    options,
    async run(asked) {
      const given = Object.entries(options).flatMap(([option, { member }]): [string, string][] => {
        const value = asked.options[option];
        return typeof value === "string" ? [[member, value]] : [];
      });
      return told(asked, method, records, columns, Object.fromEntries(given));
    },
  };
}

async function told(
  asked: Asked,
  method: DescMethodUnary,
  records: string,
  columns: readonly string[],
  members: JsonObject,
): Promise<{ json: JsonObject; text: string }> {
  const found = await listed(asked, method, records, members);
  const text = found.length === 0 ? "没有记录 · none\n" : table(found, columns);
  return { json: { [records]: found }, text };
}
