import type { Both, Entry } from "../text/texts.ts";
import type { ItemKind } from "./item-kind.ts";

export const DATA_ITEMS = {
  title: ["名称", "Title"],
  name: ["标识", "Name"],
  kind: ["类型", "Kind"],
  required: ["必填", "Required"],
  yes: ["是", "yes"],
  no: ["否", "no"],
  bounds: ["长度、范围或个数", "Length, range or number"],
  least: ["最少", "Least"],
  most: ["最多", "Most"],
  choices: ["可选值（每行一个）", "Choices, one a line"],
  further: ["其他约定", "Further"],
  furtherHow: ["表中没有的约定，按 JSON Schema 的写法", "What the table has no column for, as JSON Schema has it"],
  description: ["填写说明", "Description"],
  add: ["添加数据项", "Add a data item"],
  addTo: (title: string): Both => [`在“${title}”中添加数据项`, `Add a data item to ${title}`],
  of: (label: string, title: string): Both => [`${title}的${label}`, `${label} of ${title}`],
  up: (title: string): Both => [`上移${title}`, `Move ${title} up`],
  down: (title: string): Both => [`下移${title}`, `Move ${title} down`],
  more: (title: string): Both => [`${title}的更多约定`, `More about ${title}`],
  hide: (title: string): Both => [`收起${title}的约定`, `Less about ${title}`],
  sameNames: (names: string): Both => [
    `标识重复：${names}，请改为不同的标识`,
    `Used twice: ${names}. Choose other names`,
  ],
  asText: ["按文本编辑", "Edit as text"],
  asTable: ["按表格编辑", "Edit as a table"],
  text: ["数据项标准的文本（JSON Schema）", "The standard as text (JSON Schema)"],
  notJson: ["不是 JSON 对象，请更正后再切换为表格", "This is no JSON object: correct it first"],
  unnamed: ["未命名的数据项", "the item without a title"],
} satisfies Record<string, Entry>;

export const KINDS: Readonly<Record<ItemKind, Both>> = {
  text: ["文字", "Text"],
  date: ["日期", "Date"],
  choice: ["选择", "Choice"],
  integer: ["整数", "Integer"],
  number: ["数值", "Number"],
  yesNo: ["是或否", "Yes or no"],
  group: ["数据项组", "Group"],
  table: ["表格", "Table"],
  list: ["列表", "List"],
  other: ["其他", "Other"],
};
