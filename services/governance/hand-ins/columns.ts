import type { Column } from "../../document/table/column.ts";
import type { Json } from "../../domain/canonical.ts";
import { isCivilDate } from "../../domain/civil-date.ts";
import { nameFault, type TextFault } from "../../domain/text-rule.ts";

/** What a list that is handed in tells (6.4.2.1): 发证清单, 用证清单, 业务系统信息表. */
export type HandInKind = "issuing" | "usage" | "systems";

const LONG = 200;
const LONGER = 2_000;

function column(member: string, chinese: string, max: number, more: Partial<Column> = {}): Column {
  return {
    ...{ member, names: [member, chinese], parse: (text: string) => text },
    take: (value) => judged(value, (text) => nameFault(text, max)),
    ...more,
  };
}

function judged(value: Json, faultOf: (text: string) => TextFault | undefined) {
  const fault = typeof value === "string" ? faultOf(value) : NO_TEXT;
  return fault ? { fault } : { value };
}

const NO_TEXT: TextFault = { description: "is no text", remedy: "write a text", localized: "应为文字" };

const DAY = (text: string): TextFault | undefined =>
  isCivilDate(text)
    ? undefined
    : { description: "is no day", remedy: "write yyyy-MM-dd", localized: "不是有效日期，应为yyyy-MM-dd" };

const REQUIRED = { required: true } as const;
const REMARK = column("remark", "备注", LONGER);

const ISSUING: readonly Column[] = [
  column("matterCode", "事项编码", 64, REQUIRED),
  column("matterName", "事项名称", LONG, REQUIRED),
  column("itemName", "证照名称", LONG, REQUIRED),
  column("itemCode", "证照目录编码", 64),
  column("system", "业务系统", LONG),
  column("plannedOn", "计划开通日期", LONG, { take: (value) => judged(value, DAY) }),
  REMARK,
];

/** Columns of each list. */
export const HAND_IN_COLUMNS: Readonly<Record<HandInKind, readonly Column[]>> = {
  issuing: ISSUING,
  usage: [...ISSUING, column("material", "替代材料", LONG), column("fields", "所需数据项", LONGER)],
  systems: [
    column("name", "系统名称", LONG, REQUIRED),
    column("appKey", "应用标识", 63),
    column("network", "网络环境", LONG, REQUIRED),
    column("developer", "承建单位", LONG, REQUIRED),
    column("contact", "联系人", LONG),
    column("matters", "支撑事项", LONGER),
    REMARK,
  ],
};
