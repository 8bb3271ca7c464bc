import { ROLES } from "../../services/domain/role.ts";
import type { LivingTrial } from "./living.ts";

/** Pages that somebody can open in a browser while the demo runs, and with which accounts. Empty where the trial has no screens. */
export function pagesToOpen({ ca, screens, staff = [], holders = [], portal }: LivingTrial): string {
  if (!screens) return "";
  const people = staff.map(
    ({ name, account, roles, p12, p12Password }) =>
      `  ${name}  ${account}  ${roles.map((role) => ROLES[role].chinese).join("、")}  ${p12}  ${p12Password}`,
  );
  const accounts = holders.map(({ name, account, password, organisation }) =>
    ["", name, account, password, ...(organisation ? [`代表 for ${organisation}`] : [])].join("  "),
  );
  return `
页面 · pages (trust the authority in the browser first: ${ca})
  工作人员 staff    ${screens.staff}
  窗口 counter      ${screens.counter}
  持证主体 holders  ${screens.holders}${portal ? ` (门户 portal: ${portal})` : ""}
  任何人 anybody    ${screens.anybody}
工作人员：姓名、账户、角色、证书文件（先导入浏览器）、文件口令 · staff: name, account, roles, certificate file to import, its password
${people.join("\n")}
持证主体：姓名、门户账户、口令 · holders: name, account at the portal, password
${accounts.join("\n")}
`;
}
