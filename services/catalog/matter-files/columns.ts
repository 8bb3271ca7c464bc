import type { Column } from "../../document/table/column.ts";
import type { Json, JsonObject } from "../../domain/canonical.ts";
import { isCivilDate } from "../../domain/civil-date.ts";
import { localizedCodeFault } from "../../domain/holder-code.ts";
import { MATTER_TYPES, matterTypeCode, type PortalPeriod, portalFaults } from "../../domain/matter.ts";
import { socialCreditCodeFault } from "../../domain/social-credit-code.ts";
import { nameFault, type TextFault } from "../../domain/text-rule.ts";

const CODE_LENGTH = 64;
const NAME_LENGTH = 200;
const MOST = { items: 100, materials: 100, periods: 20 } as const;
const SEPARATOR = /[;；\n]/;

const text = (max: number, further: (value: string) => TextFault | undefined = () => undefined) => ({
  parse: (cell: string): Json => cell,
  take: (value: Json) => {
    const fault = typeof value === "string" ? (nameFault(value, max) ?? further(value)) : wrongForm("a text", "文字");
    return fault ? { fault } : { value };
  },
});

const CODE: Column = { member: "code", names: ["code", "事项编码"], required: true, ...text(CODE_LENGTH) };
const NAME: Column = { member: "name", names: ["name", "事项名称"], required: true, ...text(NAME_LENGTH) };
const TYPE: Column = {
  member: "typeCode",
  names: ["type_code", "type", "事项类型"],
  parse: (cell) => cell,
  take(value) {
    const code = typeof value === "string" ? matterTypeCode(value) : undefined;
    if (code !== undefined) return { value: code };
    const known = Object.entries(MATTER_TYPES).map(([one, name]) => `${one} ${name}`);
    return {
      fault: {
        description: "is no type of matter",
        remedy: `write one of ${known.join(", ")}`,
        localized: `不是事项类型，请填写：${known.join("、")}`,
      },
    };
  },
};

/** Columns of a list of matters. */
export const LIST_COLUMNS: readonly Column[] = [
  CODE,
  NAME,
  {
    member: "departmentCode",
    names: ["department_code", "部门统一社会信用代码"],
    required: true,
    ...text(18, (value) => {
      const fault = socialCreditCodeFault(value);
      if (fault === undefined) return undefined;
      const remedy = "copy the 18 characters from the register";
      return { description: fault, remedy, localized: localizedCodeFault(fault) };
    }),
  },
  TYPE,
  {
    member: "portal",
    names: ["portal", "进驻政务服务网"],
    parse: (cell) =>
      partsOf(cell).map((part) => {
        const [from = "", until = "", ...more] = part.split("/");
        return { from: more.length > 0 ? part : from, ...(until && { until }) };
      }),
    take: (value) => takeList(value, MOST.periods, takePeriod, (periods) => portalFaults("", periods as never)[0]),
  },
  { member: "issuedItems", names: ["issued_items", "核发证照"], parse: partsOf, take: takeItems },
  { member: "usedItems", names: ["used_items", "使用证照"], parse: partsOf, take: takeItems },
  {
    member: "materials",
    names: ["materials", "申报材料"],
    parse: (cell) =>
      partsOf(cell).map((part) => {
        const at = part.lastIndexOf("=");
        return at < 0 ? { name: part } : { name: part.slice(0, at), itemCode: part.slice(at + 1) };
      }),
    take: (value) => takeList(value, MOST.materials, takeMaterial),
  },
  { member: "directoryCode", names: ["directory_code", "省事项目录编码"], ...text(CODE_LENGTH) },
  {
    member: "endedOn",
    names: ["ended_on", "终止日期"],
    ...text(10, (value) => (isCivilDate(value) ? undefined : portalFaults("", [{ from: value }])[0])),
  },
];

/** Columns of the province's directory. */
export const DIRECTORY_COLUMNS: readonly Column[] = [CODE, NAME, { ...TYPE, required: true }];

function partsOf(cell: string): string[] {
  return cell.split(SEPARATOR).filter((part) => part !== "");
}

type Taken = { value: Json } | { fault: TextFault };

function takeList(
  value: Json,
  most: number,
  take: (one: Json) => Taken,
  whole: (list: Json[]) => TextFault | undefined = () => undefined,
): Taken {
  if (!Array.isArray(value)) return { fault: wrongForm("a list", "列表") };
  if (value.length > most) {
    const remedy = `leave ${most} of them`;
    return { fault: { description: `has more than ${most} parts`, remedy, localized: `超过${most}项，请删减` } };
  }
  const list: Json[] = [];
  for (const one of value) {
    const taken = take(one);
    if ("fault" in taken) return taken;
    list.push(taken.value);
  }
  const fault = whole(list);
  return fault ? { fault } : { value: list };
}

function takeItems(value: Json): Taken {
  return takeList(value, MOST.items, text(CODE_LENGTH).take, (list) => {
    const twice = list.find((one, index) => list.indexOf(one) !== index);
    if (twice === undefined) return undefined;
    const localized = `${twice}重复，请删除`;
    return { description: `names ${twice} twice`, remedy: "leave one of them", localized };
  });
}

function takePeriod(value: Json): Taken {
  const { from, until = "" } = (isObject(value) ? value : {}) as { from?: Json; until?: Json };
  if (typeof from !== "string" || typeof until !== "string") {
    return { fault: wrongForm("a period, first day/last day", "时段，起日/止日") };
  }
  return { value: { from, ...(until && { until }) } satisfies PortalPeriod as JsonObject };
}

function takeMaterial(value: Json): Taken {
  const { name, itemCode = "", item_code: spelled = itemCode } = (isObject(value) ? value : {}) as JsonObject;
  if (typeof name !== "string" || typeof spelled !== "string") {
    return { fault: wrongForm("a material, name=item", "材料，名称=证照目录编码") };
  }
  const fault = nameFault(name, NAME_LENGTH) ?? (spelled === "" ? undefined : nameFault(spelled, CODE_LENGTH));
  return fault ? { fault } : { value: { name, ...(spelled !== "" && { itemCode: spelled }) } };
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrongForm(wanted: string, chinese: string): TextFault {
  return { description: `is not ${wanted}`, remedy: `write ${wanted}`, localized: `应为${chinese}` };
}
