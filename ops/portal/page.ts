import { ACCOUNTS } from "./people.ts";

/** The page on which somebody signs in; `fault` is told above the form. */
export function signInPage(action: string, fault = ""): string {
  const rows = ACCOUNTS.map(({ account, password, name, organisation }) => {
    const who = organisation ? `${organisation.name}（${name}经办）` : name;
    return `<tr><td>${who}</td><td><code>${account}</code></td><td><code>${password}</code></td></tr>`;
  });
  return `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>试验门户 登录</title>
<style>body{font:16px/1.6 sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}label{display:block;margin:.8rem 0}
input,button{font:inherit;padding:.4rem .6rem}table{border-collapse:collapse;margin-top:1.5rem}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left}
[role=alert]{color:#b00020}</style></head>
<body><h1>试验门户</h1><p>仅供试验：人员和单位均为虚构。</p>
${fault && `<p role="alert">${fault}</p>`}
<form method="post" action="${action}">
<label>账户 <input name="account" autocomplete="username" required></label>
<label>密码 <input name="password" type="password" autocomplete="current-password" required></label>
<button>登录</button></form>
<table><caption>虚构的账户</caption><tr><th>谁</th><th>账户</th><th>密码</th></tr>${rows.join("")}</table>
</body></html>
`;
}
