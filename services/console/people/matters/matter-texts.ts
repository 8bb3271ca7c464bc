import type { Both, Entry } from "../../text/texts.ts";

export const MATTERS = {
  title: ["事项清单", "Matters"],
  find: ["按事项名称或编码查找", "Find by name or code of the matter"],
  back: ["返回事项清单", "Back to the matters"],
  name: ["事项名称", "Name"],
  code: ["事项编码", "Code"],
  type: ["类型", "Type"],
  portal: ["政务服务网", "Portal"],
  onPortal: ["已进驻", "there"],
  notOnPortal: ["未进驻", "not there"],
  issued: ["核发证照", "Issues"],
  used: ["使用证照", "Uses"],
  certificates: ["证照", "Certificates"],
  issuing: ["核发证照且未终止", "issued, and not ended"],
  using: ["使用证照", "used"],
  department: ["部门", "Department"],
  ended: ["终止日期", "Ended"],
  none: ["无", "none"],
  empty: ["还没有事项，请导入事项清单", "There is no matter yet: import the list"],
  begin: ["导入事项清单", "Import a list"],
  differences: ["差异清单", "Differences"],
} satisfies Record<string, Entry>;

export const IMPORTING = {
  title: ["导入事项清单", "Import a list of matters"],
  how: [
    "CSV、xlsx 或 JSON 文件，不超过 64 MB、20 万行。须有“事项编码、事项名称、部门统一社会信用代码”三列；可另有事项类型、进驻政务服务网、核发证照、使用证照、申报材料、省事项目录编码、终止日期。没有的列保持原样。",
    "CSV, xlsx or JSON, 64 MB and 200,000 rows at most. Columns 事项编码 (code), 事项名称 (name), 部门统一社会信用代码 (department_code) are needed; what the file has no column for stays as it is.",
  ],
  target: ["导入内容", "What it holds"],
  targetList: ["部门权责事项清单", "Matters of departments"],
  targetDirectory: ["省事项目录（仅省级）", "The province's directory (at the province alone)"],
  whole: [
    "文件是各部门的完整清单，文件中没有的事项将终止",
    "The file is whole for each department that it names: what it does not name ends",
  ],
  endedOn: ["终止日期", "Ended from"],
  endedHow: ["留空为核对当天", "Empty: the day of the preview"],
  file: ["选择清单文件", "Choose the file"],
  fileNone: ["尚未选择文件", "No file is chosen"],
  upload: ["上传并核对", "Upload and compare"],
  resume: ["继续上传", "Go on"],
  stop: ["暂停上传", "Stop"],
  stopped: ["已暂停，可以继续", "Stopped; it may go on"],
  uploading: (done: string, all: string, seconds: number): Both => [
    `已上传 ${done} / ${all}${seconds > 0 ? `，约剩 ${seconds} 秒` : ""}`,
    `${done} of ${all}${seconds > 0 ? `, about ${seconds} s left` : ""}`,
  ],
  broken: [
    "上传中断，已上传的部分保留。点“继续上传”即可，不必重新开始",
    "It broke off; what has come is kept. Go on, nothing begins anew",
  ],
  tooLarge: [
    "文件超过 64 MB，没有上传。请按部门拆分后分次导入",
    "The file is larger than 64 MB and was not uploaded: divide it by departments",
  ],
  ending: ["文件应为 .csv、.xlsx 或 .json", "The file must end in .csv, .xlsx or .json"],
} satisfies Record<string, Entry>;

export const IMPORTED = {
  title: ["事项清单核对", "Import of matters"],
  find: ["按事项名称或编码查找", "Find by name or code of the matter"],
  receiving: [
    "文件没有传完。请在导入页面选择同一文件继续上传",
    "Parts are missing: choose the same file on the import page and go on",
  ],
  toUpload: ["继续上传", "Go on"],
  compare: ["核对清单", "Compare the list"],
  compareAgain: ["重新核对", "Compare anew"],
  stopComparing: ["停止核对", "Stop comparing"],
  stopStoring: ["停止导入", "Stop storing"],
  stoppedBehind: (rows: bigint): Both => [
    `导入已停止：已处理 ${rows} 行，已导入的事项保留。要继续，请重新核对，再导入余下的行`,
    `Storing was stopped behind ${rows} rows; what is stored stays. To go on, compare the list again and store the rest`,
  ],
  working: (done: bigint, all: bigint, seconds: bigint): Both => [
    `已处理 ${done} / ${all === 0n ? "…" : all} 行${seconds > 0n ? `，约剩 ${seconds} 秒` : ""}`,
    `${done} of ${all === 0n ? "…" : all} rows${seconds > 0n ? `, about ${seconds} s left` : ""}`,
  ],
  comparing: ["正在核对", "Being compared"],
  applying: ["正在导入，可以离开本页", "Being stored; you may leave this page"],
  unreadable: ["文件不能读取", "The file cannot be read"],
  previewed: ["已核对，尚未导入", "Compared; nothing is stored yet"],
  done: ["已导入", "Imported"],
  counts: (added: bigint, changed: bigint, ended: bigint, unchanged: bigint, faulty: bigint): Both => [
    `新增 ${added}，修改 ${changed}，终止 ${ended}，无变化 ${unchanged}，有误 ${faulty}`,
    `${added} added, ${changed} changed, ${ended} ended, ${unchanged} as they are, ${faulty} faulty`,
  ],
  withheld: [
    "有的行缺少编码，因此本次不终止任何事项",
    "Codes of some rows cannot be told, so nothing ends by this import",
  ],
  endsFrom: (day: string): Both => [`终止的事项自 ${day} 起终止`, `What ends does so from ${day} on`],
  apply: ["导入清单", "Store the list"],
  applyPartial: ["导入无误的行", "Store the rows without fault"],
  applyHow: [
    "将完全按核对结果导入；核对后又有变化的，会要求重新核对。导入后不能撤销，可再次导入更正。",
    "It is stored exactly as it was compared; where a matter has changed since, it is to be compared anew. It is not undone, another import mends it.",
  ],
  applyPartialHow: ["有误的行不导入，其中的事项保持原样。", "Faulty rows are left out; what they name stays as it is."],
  rows: ["核对结果", "Rows"],
  row: ["行", "Row"],
  code: ["编码", "Code"],
  name: ["名称", "Name"],
  outcome: ["结果", "Outcome"],
  details: ["内容", "What"],
  change: (member: string, before: string, after: string): Both => [
    `${member}：${before || "（空）"} → ${after || "（空）"}`,
    `${member}: ${before || "(empty)"} → ${after || "(empty)"}`,
  ],
  noRows: ["没有变化，也没有错误", "Nothing changes, and nothing is wrong"],
} satisfies Record<string, Entry>;

export const DIFFERENCES = {
  title: ["事项差异清单", "Differences of matters"],
  how: [
    "与省事项目录、证照目录不一致的事项",
    "Matters that differ from the province's directory, and their certificates from the catalog",
  ],
  missing: [
    "尚未实施的目录事项和无事项核发的证照",
    "Entries of the directory that nobody carries out, and items that no matter issues",
  ],
  find: ["按事项、目录或证照的名称或编码查找", "Find by name or code of a matter, an entry or a kind of certificate"],
  kind: ["差异", "Difference"],
  expectedName: ["目录中的名称", "Name in the directory"],
  expectedCode: ["目录中的编码", "Code in the directory"],
  expected: ["目录中", "The directory has"],
  found: ["事项中", "The matter has"],
  empty: ["没有差异", "None"],
} satisfies Record<string, Entry>;

/** Members of a matter as people call them. */
export const MEMBERS: Readonly<Record<string, Both>> = {
  name: ["名称", "name"],
  department_code: ["部门", "department"],
  type_code: ["类型", "type"],
  portal: ["进驻政务服务网", "portal"],
  issued_items: ["核发证照", "issues"],
  used_items: ["使用证照", "uses"],
  materials: ["申报材料", "materials"],
  directory_code: ["省事项目录编码", "directory code"],
  ended_on: ["终止日期", "ended"],
};

/** Kinds of difference as people call them. */
export const DIFFERENCE_KINDS: Readonly<Record<string, Both>> = {
  missing: ["目录事项未实施", "not carried out"],
  unknown: ["没有或错填目录编码", "no such entry"],
  name: ["名称不一致", "another name"],
  type: ["类型不一致", "another type"],
  itemUnknown: ["证照目录中没有该证照", "no such item"],
  itemUnissued: ["没有事项核发该证照", "issued by no matter"],
};
