import type { Both, Entry } from "../../text/texts.ts";

export const CHANGES = {
  title: ["部门变更", "Changes of departments"],
  find: ["按统一社会信用代码或新名称查找", "Find by code of a department or new name"],
  back: ["返回部门变更", "Back to the changes"],
  department: ["变更部门", "Department"],
  begin: ["办理部门变更", "Begin a change"],
  empty: ["没有部门变更", "There is no change"],
  state: ["状态", "State"],
  last: ["最近一步", "Last step"],
  kind: ["变更种类", "Kind"],
  effectiveOn: ["生效日期", "First day"],
  effectiveHow: ["今天或以后", "today or later"],
  newName: ["新名称", "New name"],
  successor: ["接续部门", "Successor"],
  transfers: ["拆分去向", "Who takes over what"],
  transfer: ["接续部门", "successor"],
  toCode: ["接续部门", "Successor"],
  unitCodes: ["划转单位代码", "Units"],
  matterCodes: ["划转事项编码", "Matters"],
  appKeys: ["划转业务系统（AppKey）", "Apps"],
  itemCodes: ["不再签发的证照编码", "Items no more issued"],
  codesHow: ["每行一个", "one a line"],
  papers: ["材料", "Papers"],
  papersHow: ["提交时须有批准变更的文件", "The decision that orders it is needed to submit"],
  save: ["保存变更", "Save the change"],
  edit: ["修改变更", "Change it"],
  fault: ["尚未办结", "Not carried out yet"],
  carried: ["已办理", "Carried out"],
  carriedStage: (stage: string, count: number): Both => [`${stage}，${count} 条`, `${stage}, ${count} records`],
  notBack: ["确认后由系统逐项办理，不能收回", "Once it is confirmed the node carries it out; it is not taken back"],
} satisfies Record<string, Entry>;

/** Kinds of change, and stages of it, as people call them. */
export const CHANGE_KINDS: Readonly<Record<string, Both>> = {
  rename: ["更名", "Renaming"],
  close: ["撤销", "Closing"],
  merge: ["合并到其他部门", "Merger"],
  split: ["拆分", "Split"],
};
export const STAGE_TEXTS: Readonly<Record<string, Both>> = {
  openings: ["发证开通截止", "Openings end"],
  day: ["到达生效日", "The day has come"],
  name: ["更改名称", "Name"],
  seals: ["解除印章", "Seals unbound"],
  units: ["划转单位", "Units"],
  matters: ["划转或终止事项", "Matters"],
  apps: ["划转或停用业务系统", "Apps"],
  accounts: ["停用账户", "Accounts"],
  department: ["撤销部门", "Department"],
};
