import type { Both, Entry } from "../text/texts.ts";

export const PEOPLE = {
  parts: ["部门与人员的各部分", "Parts of departments and people"],
  departments: ["部门", "Departments"],
  entries: ["部门进驻", "Entries"],
  changes: ["部门变更", "Changes"],
  accounts: ["人员", "People"],
  apps: ["业务系统", "Apps"],
  matters: ["事项", "Matters"],
  copy: ["复制", "Copy"],
  copied: ["已复制到剪贴板", "Copied"],
  notCopied: [
    "浏览器不允许复制，请手工抄录或选中后复制",
    "The browser does not let it be copied: select it and copy by hand",
  ],
  onceWhy: [
    "只在此处显示这一次：离开或刷新本页后，谁也不能再看到它，只能重新生成。请现在就保存到安全的地方。",
    "Shown here and now alone: once this page is left or loaded anew nobody can see it again, only make another one. Keep it in a safe place now.",
  ],
  onceKept: ["已妥善保存，不再显示", "It is kept, hide it"],
  department: ["所在部门", "Department"],
  departmentHow: [
    "填写统一社会信用代码，或按名称查找后选择",
    "The unified social credit code, or choose it by its name",
  ],
  yes: ["是", "yes"],
  no: ["否", "no"],
  expired: ["已过期", "ended"],
  endsToday: ["剩余不足 1 天", "less than a day left"],
  endsIn: (days: number): Both => [`剩余 ${days} 天`, `${days} days left`],
} satisfies Record<string, Entry>;
