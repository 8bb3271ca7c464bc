import { htmlText, type SiteFaults, sitePage } from "../../call/listen/site-answer.ts";
import { formatShanghaiTime } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import { ROLES } from "../../domain/role.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import type { IdentityContext } from "../context.ts";
import type { SessionDocument } from "./session-record.ts";
import { SESSION_TEXTS, type SessionText } from "./session-texts.ts";

/** Language of these pages, as their address asks for it (`?lang=en`); anything else is Chinese. They run no script that could keep the choice. */
export type PageLanguage = "zh-CN" | "en";

/** The page of somebody who is signed in. It runs nothing: two forms are all that it has. */
export function sessionPage(
  { name, department, roles }: AccountDocument,
  { ends }: SessionDocument,
  language: PageLanguage,
): string {
  const say = wordsOf(language);
  const held =
    language === "en"
      ? roles.map((role) => role.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)).join(", ")
      : roles.map((role) => ROLES[role].chinese).join("、");
  return page(
    language,
    say("signedIn"),
    `<dl><dt>${say("name")}</dt><dd lang="zh-CN">${htmlText(name)}</dd><dt>${say("department")}</dt><dd>${htmlText(department)}</dd>
<dt>${say("roles")}</dt><dd>${htmlText(held)}</dd><dt>${say("ends")}</dt><dd><time datetime="${htmlText(ends)}">${timeShown(ends, language)}</time></dd></dl>
<form method="post" action="/session/end"><button>${say("signOut")}</button></form>`,
    otherLanguage(language),
  );
}

/** The page on which a sign-in begins, by the certificate key or, where the node has passwords, by one. */
export function signInPage(passwords: boolean, language: PageLanguage): string {
  const say = wordsOf(language);
  return page(
    language,
    say("signIn"),
    `<p>${say("insertKey")}</p>
<form method="post" action="/session/start"><button>${say("byCertificate")}</button></form>${passwords ? passwordForm(say) : ""}`,
    otherLanguage(language),
  );
}

/** How these pages tell a refusal: in both languages, since it may answer a form, and with the way back to the beginning. */
export function faultsOf({ runtime }: Pick<IdentityContext, "runtime">): SiteFaults {
  const begin = `${runtime.config.staff?.origin ?? ""}/session`;
  const [chinese, english] = [wordsOf("zh-CN"), wordsOf("en")];
  return {
    log: runtime.log,
    page: ({ localized, message }) =>
      page(
        "zh-CN",
        chinese("refused"),
        `<p role="alert">${htmlText(localized)}</p>
<p><a href="${htmlText(begin)}">${chinese("again")}</a></p>
<section lang="en"><h2>${english("refused")}</h2><p>${htmlText(message)}</p>
<p><a href="${htmlText(begin)}?lang=en">${english("again")}</a></p></section>`,
      ),
  };
}

/** A time in Asia/Shanghai, to the minute. */
function timeShown(instant: string, language: PageLanguage): string {
  const text = formatShanghaiTime(new Date(instantOf(instant)));
  const [year, month, day] = text.slice(0, 10).split("-").map(Number);
  const clock = text.slice(11, 16);
  return language === "en" ? `${text.slice(0, 10)} ${clock}` : `${year}年${month}月${day}日 ${clock}`;
}

type Say = (text: SessionText) => string;

function passwordForm(say: Say): string {
  return `
<form method="post" action="/session/password"><h2>${say("passwordAccounts")}</h2>
<p><label>${say("account")} <input name="account" autocomplete="username" required></label></p>
<p><label>${say("password")} <input name="password" type="password" autocomplete="current-password" required></label></p>
<p><label>${say("code")} <input name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" required></label></p>
<button>${say("byPassword")}</button></form>`;
}

function wordsOf(language: PageLanguage): Say {
  return (text) => SESSION_TEXTS[text][language === "en" ? 1 : 0];
}

/** The way to the same page in the other language. */
function otherLanguage(language: PageLanguage): string {
  const [code, name] = language === "en" ? ["zh-CN", "中文"] : ["en", "English"];
  return `<nav><a href="/session?lang=${code}" lang="${code}" hreflang="${code}">${name}</a></nav>\n`;
}

function page(language: PageLanguage, title: string, body: string, above = ""): string {
  return sitePage(language, title, `${above}<main><h1>${title}</h1>\n${body}\n</main>`);
}
