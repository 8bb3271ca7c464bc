import { htmlText, type SiteFaults } from "../../call/listen/site-answer.ts";
import { ROLES } from "../../domain/role.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import type { IdentityContext } from "../context.ts";
import type { SessionDocument } from "./session-record.ts";

/** The page of somebody who is signed in. It runs nothing: two forms are all that it has. */
export function sessionPage({ name, department, roles }: AccountDocument, { ends }: SessionDocument): string {
  const held = roles.map((role) => ROLES[role].chinese).join("、");
  return page(
    "已登录",
    `<dl><dt>姓名</dt><dd>${htmlText(name)}</dd><dt>部门</dt><dd>${htmlText(department)}</dd>
<dt>角色</dt><dd>${htmlText(held)}</dd><dt>有效至</dt><dd><time>${htmlText(ends)}</time></dd></dl>
<form method="post" action="/session/end"><button>退出登录</button></form>`,
  );
}

/** The page on which a sign-in begins, by the certificate key or, where the node has passwords, by one. */
export function signInPage(passwords: boolean): string {
  return page(
    "工作人员登录",
    `<p>请插入数字证书Key，按提示选择本人的证书。</p>
<form method="post" action="/session/start"><button>用数字证书登录</button></form>${passwords ? PASSWORD_FORM : ""}`,
  );
}

const PASSWORD_FORM = `
<form method="post" action="/session/password"><h2>系统管理账户</h2>
<p><label>账户 <input name="account" autocomplete="username" required></label></p>
<p><label>密码 <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><label>动态口令 <input name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required></label></p>
<button>用密码登录</button></form>`;

/** How these pages tell a refusal: with the way back to the beginning. */
export function faultsOf({ runtime }: Pick<IdentityContext, "runtime">): SiteFaults {
  const begin = `${runtime.config.staff?.origin ?? ""}/session`;
  return {
    log: runtime.log,
    page: ({ localized, message }) =>
      page(
        "无法登录",
        `<p role="alert">${htmlText(localized)}</p><p lang="en">${htmlText(message)}</p>
<p><a href="${htmlText(begin)}">重新登录</a></p>`,
      ),
  };
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>
`;
}
