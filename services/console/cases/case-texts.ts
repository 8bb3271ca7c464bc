import type { Both, Entry } from "../text/texts.ts";

export const CASES = {
  steps: ["办理过程", "Steps"],
  byNode: ["系统", "the node"],
  remarkHow: ["退回和撤回时须填写", "Needed to return and withdraw"],
  next: ["下一步", "Next"],
  nextBy: (step: string, side: string, roles: string): Both => [
    `${step}：由${side}的${roles}办理`,
    `${step}: by ${roles} of ${side}`,
  ],
  notBy: (steps: string): Both => [`，${steps}的人不能办理`, `; not by who took: ${steps}`],
  department: ["申请部门", "the department"],
  body: ["电子证照管理机构", "the management body"],
  top: ["省电子证照管理机构", "the province's management body"],
  papers: ["材料", "Papers"],
  noPapers: ["没有附材料", "None"],
  download: (name: string): Both => [`下载 ${name}`, `Download ${name}`],
  kind: ["材料种类", "Kind of paper"],
  attach: ["选择材料文件", "Choose a file"],
  attachHow: [
    "PDF、OFD、JPEG、PNG 或文本（沙箱报告），每份不超过 5 MB；选择后即上传",
    "PDF, OFD, JPEG, PNG or text (sandbox reports), 5 MB at most; uploaded as it is chosen",
  ],
  onTheWay: [
    "有材料尚未上传：请等待上传完成，或取消、删除后再保存",
    "A paper is not uploaded yet: wait for it, or stop or remove it, and save then",
  ],
  tooLarge: (name: string): Both => [
    `${name} 超过 5 MB，没有上传。请压缩或拆分后再选`,
    `${name} is larger than 5 MB and was not uploaded: make it smaller`,
  ],
} satisfies Record<string, Entry>;

/** Kinds of paper as people call them, by the contract's names. */
export const PAPER_KINDS: Readonly<Record<string, Both>> = {
  registrationForm: ["部门进驻登记表（加盖公章扫描件）", "Registration form with the department's seal"],
  decision: ["批准变更的文件", "Decision that orders the change"],
  serviceGoals: ["服务目标", "Service goals"],
  serviceHandbook: ["服务手册", "Handbook of the service"],
  sandboxReport: ["沙箱报告", "Report of a sandbox"],
  other: ["其他材料", "Another paper"],
};
