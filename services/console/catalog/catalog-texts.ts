import type { Both, Entry } from "../text/texts.ts";

export const CATALOG = {
  items: ["目录项", "Items"],
  drafts: ["目录草案", "Drafts"],
  parts: ["目录各部分", "Parts of the catalog"],
  listTitle: ["证照目录", "Catalog of certificates"],
  search: ["按证照名称或目录编码查找", "Search by name or code"],
  noItems: ["目录中还没有证照", "No kind of certificate is published yet"],
  name: ["证照名称", "Name"],
  code: ["目录编码", "Code"],
  version: ["版本", "Version"],
  versionOf: (version: number): Both => [`第 ${version} 版`, `Version ${version}`],
  versions: ["历次版本", "Versions"],
  findVersion: ["按版本号、名称或发布日期查找版本", "Find a version by its number, name or day of publication"],
  state: ["状态", "State"],
  since: ["发布时间", "Published"],
  until: ["被替代时间", "Replaced"],
  authority: ["证照定义机构", "Defining body"],
  typeCode: ["证照类型代码", "Type code"],
  holderKind: ["持证主体类别", "Held by"],
  holders: ["持证主体数", "Holders"],
  holdersMin: ["最少持证主体数", "Fewest holders"],
  holdersMax: ["最多持证主体数", "Most holders"],
  validity: ["有效期规则", "Validity"],
  levels: ["颁发层级", "Issued at"],
  everyLevel: ["各级", "every level"],
  bodies: ["颁发机构", "Issued by"],
  keeper: ["目录登记部门", "Kept by"],
  seals: ["印章图样", "Seals"],
  basics: ["基本要素", "Basic elements"],
  dataItems: ["数据项标准", "Data items"],
  bindings: ["与元数据一致的数据项", "Data items that say what the metadata say"],
  sample: ["证照样例", "Sample"],
  back: ["返回目录", "Back to the catalog"],
  change: ["提出变更", "Propose a change"],
  retire: ["提出停用", "Propose its retirement"],
  begin: ["登记新目录项", "Register a new item"],
  openDrafts: ["办理中的草案", "Drafts under way"],
  allOpenDrafts: ["查看全部草案", "Show all drafts"],
  unlimited: ["长期", "without end"],
  fixedYears: (count: number): Both => [`${count} 年`, `${count} years`],
  fixedMonths: (count: number): Both => [`${count} 个月`, `${count} months`],
  stated: (most: string): Both => [`由部门填写${most}`, `as the department states${most}`],
  atMost: (count: number): Both => [`，最长 ${count} 年`, `, at most ${count} years`],
  openEnded: ["，可为长期", ", or without end"],
} satisfies Record<string, Entry>;

/** Kinds of holder, by their names in JSON. */
export const HOLDER_KINDS = {
  HOLDER_KIND_PERSON: ["自然人", "Person"],
  HOLDER_KIND_ORGANISATION: ["法人和其他组织", "Organisation"],
  HOLDER_KIND_ANY: ["自然人、法人和其他组织", "Either"],
} satisfies Record<string, Both>;

/** Levels at which certificates are issued, by their names in JSON. */
export const LEVELS = {
  ISSUING_LEVEL_PROVINCE: ["省级", "Province"],
  ISSUING_LEVEL_CITY: ["地市级", "City"],
  ISSUING_LEVEL_COUNTY: ["县（市、区）级", "County"],
  ISSUING_LEVEL_TOWNSHIP: ["乡镇（街道）级", "Township"],
} satisfies Record<string, Both>;
