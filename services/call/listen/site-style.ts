import { createHash } from "node:crypto";

/** The one style of the pages that a site answers itself: plain, as the public pages look, readable on a phone. */
export const SITE_STYLE = `
*{box-sizing:border-box}
body{margin:0;background:#f5f7fa;color:#1f2329;font:16px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",system-ui,sans-serif}
nav{max-width:480px;margin:0 auto;padding:16px 16px 0;text-align:right}
main{max-width:448px;margin:8px auto 48px;padding:16px 24px 24px;background:#fff;border:1px solid #c9ced6;border-radius:8px}
h1{margin:8px 0;font-size:26px;line-height:1.3}
h2{margin:0 0 8px;font-size:20px;line-height:1.4}
p{margin:0 0 8px;overflow-wrap:anywhere}
form[action*=password],section{margin-top:24px;padding-top:16px;border-top:1px solid #c9ced6}
label{display:block}
input{display:block;width:100%;min-height:44px;padding:8px 12px;border:1px solid #8a919f;border-radius:6px;background:#fff;color:inherit;font:inherit}
button{width:100%;min-height:44px;margin-top:8px;padding:8px 16px;border:1px solid #1456a0;border-radius:6px;background:#1456a0;color:#fff;font:inherit;cursor:pointer}
form[action*=password] button,form[action*=end] button{background:#fff;color:#1456a0}
a{color:#1456a0}
nav a{display:inline-block;min-height:24px;padding:0 4px}
:focus-visible{outline:3px solid #1456a0;outline-offset:2px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:8px 16px;margin:8px 0 16px}
dt{color:#4e5969}
dd{margin:0;overflow-wrap:anywhere}
@media (max-width:480px){main{margin:8px 0 0;border-width:1px 0;border-radius:0}}
`;

/** What browsers are told of these pages: they show this style and nothing else of anybody's, run nothing, and are framed by nobody. */
export const SITE_POLICY = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(SITE_STYLE).digest("base64")}'; frame-ancestors 'none'`;
