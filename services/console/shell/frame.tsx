import { Button } from "antd";
import { type ReactNode, useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";
import type { Role } from "../../../proto/gen/ecert/type/v1/permission_pb.ts";
import { ROLES } from "../../domain/role.ts";
import { forgetDrafts } from "../form/kept-draft.ts";
import { chooseLanguage, useLanguage } from "../text/language.ts";
import { said, useTexts } from "../text/texts.ts";
import { roleName } from "./role-name.ts";
import type { Section } from "./sections.ts";
import { SHELL } from "./shell-texts.ts";
import { useWho } from "./who.tsx";

/** What stands around every page: whose console it is, the parts that its reader may see, and the way out. */
export function Frame({ sections, children }: { sections: readonly Section[]; children: ReactNode }) {
  const texts = useTexts(SHELL);
  const who = useWho();
  const language = useLanguage();
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // A page that was opened by a link of this one is told to whoever hears the screen instead of seeing it.
  useEffect(() => {
    main.current?.focus();
    window.scrollTo(0, 0);
    void pathname;
  }, [pathname]);
  return (
    <>
      <a className="skip" href="#content">
        {texts.skip}
      </a>
      <header className="top">
        <strong className="product">{texts.product}</strong>
        <span className="who">
          {who.name} · {who.roles.map(roleText).join("、")}
        </span>
        <Button
          type="text"
          lang={language === "en" ? "zh-CN" : "en"}
          onClick={() => chooseLanguage(language === "en" ? "zh-CN" : "en")}
        >
          {texts.language}
        </Button>
        <form method="post" action="/session/end" onSubmit={forgetDrafts}>
          <Button type="text" htmlType="submit">
            {texts.signOut}
          </Button>
        </form>
      </header>
      <nav className="menu" aria-label={texts.menu}>
        {sections.map(({ path, title }) => (
          <NavLink key={path} to={`/${path}`} end={path === ""}>
            {said(title)}
          </NavLink>
        ))}
      </nav>
      <main id="content" ref={main} tabIndex={-1}>
        {children}
      </main>
    </>
  );
}

/** A role as people here call it; one that this page does not know, by its own name. */
function roleText(role: Role): string {
  const name = roleName(role);
  return ROLES[name]?.chinese ?? name;
}
