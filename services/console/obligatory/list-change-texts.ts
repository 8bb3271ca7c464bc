import type { Both, Entry } from "../text/texts.ts";

export const LIST_CHANGES = {
  title: ["应开通目录变更", "Changes of the obligatory list"],
  find: ["按行政区划代码、证照、办理人或说明查找", "Find by division, kind of certificate, person or remark"],
  of: (division: string): Both => [`${division} 应开通目录变更`, `Change of the obligatory list of ${division}`],
  back: ["返回变更列表", "Back to the changes"],
  toList: ["返回应开通目录", "Back to the list"],
  begin: ["拟定变更", "Prepare a change"],
  empty: ["还没有变更", "Nothing has been changed yet"],
  division: ["行政区划代码", "Division"],
  divisionHow: ["变更哪个行政区划的清单", "The division whose list it changes"],
  state: ["状态", "State"],
  last: ["最近一步", "Last step"],
  lines: ["变更内容", "What it changes"],
  line: ["一项", "an item"],
  item: ["证照", "Kind of certificate"],
  target: ["适用行政区划", "For division"],
  levels: ["适用层级", "Levels within it"],
  levelsHow: ["不选则只适用该行政区划", "None: that division alone"],
  departments: ["发证部门", "Departments that issue it"],
  from: ["自", "From"],
  until: ["至", "To"],
  what: ["变更", "Change"],
  ends: ["到期移出", "Ends"],
  put: ["列入", "Put on the list"],
  remark: ["说明", "Remark"],
  prepare: ["存为变更草稿", "Keep the change"],
  publish: ["发布变更", "Publish the change"],
  discard: ["作废变更", "Discard the change"],
  another: ["由另一名目录管理员发布", "Another catalog administrator publishes it"],
  remarkHow: ["作废时须填写", "Needed to discard it"],
  steps: ["办理过程", "Steps"],
} satisfies Record<string, Entry>;

/** Levels of divisions for which a body above designates, as the contract names them. */
export const LIST_LEVELS: Readonly<Record<string, Both>> = {
  LIST_LEVEL_CITY: ["地市", "Cities"],
  LIST_LEVEL_COUNTY: ["县（市、区）", "Counties"],
  LIST_LEVEL_TOWNSHIP: ["乡镇（街道）", "Townships"],
  LIST_LEVEL_VILLAGE: ["村（社区）", "Villages"],
};

/** Steps that were taken with a change, as people call them. */
export const LIST_STEPS: Readonly<Record<string, Both>> = {
  prepare: ["拟定", "Prepared"],
  publish: ["发布", "Published"],
  discard: ["作废", "Discarded"],
  "set-up": ["启用时设置", "Set up"],
  "carry-over": ["承接此前的开通", "Carried over"],
};
