import { Button } from "antd";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { NavLink, useLocation } from "react-router";
import { forgetFiles } from "../../staff-page/kept-files.ts";
import { forgetAllValues } from "../../staff-page/kept-values.ts";
import { DepartmentName } from "../names/names.tsx";
import { said, useTexts } from "../text/texts.ts";
import { LanguageButton } from "./language-button.tsx";
import { roleText } from "./role-name.ts";
import type { Section } from "./sections.ts";
import { SHELL } from "./shell-texts.ts";
import { useWho } from "./who.tsx";

/** Leaves nothing behind of the people who were served, then signs out. */
function leave(event: FormEvent<HTMLFormElement>): void {
  event.preventDefault();
  const form = event.currentTarget;
  forgetAllValues();
  forgetFiles().finally(() => form.submit());
}

/** What stands around every page: whose console it is, the parts that its reader may see, and the way out. */
export function Frame({ sections, children }: { sections: readonly Section[]; children: ReactNode }) {
  const texts = useTexts(SHELL);
  const who = useWho();
  const main = useRef<HTMLElement>(null);
  const menu = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // A page that was opened by a link of this one is told to whoever hears the screen instead of seeing it.
  useEffect(() => {
    main.current?.focus();
    // Where the menu is wider than the phone, the part that is open is in sight in it.
    menu.current?.querySelector("[aria-current=page]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
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
          <DepartmentName code={who.departmentCode} />
        </span>
        <span className="who">
          {who.name} · {who.roles.map(roleText).join("、")}
        </span>
        <LanguageButton />
        <form method="post" action="/session/end" onSubmit={leave}>
          <Button type="text" htmlType="submit">
            {texts.signOut}
          </Button>
        </form>
      </header>
      <nav className="menu" ref={menu} aria-label={texts.menu}>
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
