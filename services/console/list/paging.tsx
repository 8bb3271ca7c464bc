import { Button } from "antd";
import { useState } from "react";
import { useTexts } from "../text/texts.ts";
import type { Filters } from "./filters.ts";
import { LIST } from "./list-texts.ts";

const FIRST_PAGE: readonly string[] = [""];

/** At which page of a list somebody is. */
export interface PagePlace {
  /** Tokens of the pages up to it. */
  readonly tokens: readonly string[];
  readonly turn: (tokens: readonly string[]) => void;
  /** Token of it. */
  readonly token: string;
}

/** Keeps the page of a list. Other filters and another order begin at the first one, and never ask with a token that is not theirs. */
export function usePage(filters: Filters): PagePlace {
  const [paging, setPaging] = useState({ of: filters.key, tokens: FIRST_PAGE });
  const tokens = paging.of === filters.key ? paging.tokens : FIRST_PAGE;
  return { tokens, turn: (to) => setPaging({ of: filters.key, tokens: to }), token: tokens.at(-1) ?? "" };
}

/** Leads to the pages before and behind; nothing where there is but one. `next`: token of the next one, empty on the last. */
export function Paging({ label, place: { tokens, turn }, next }: { label: string; place: PagePlace; next: string }) {
  const texts = useTexts(LIST);
  if (tokens.length === 1 && next === "") return null;
  return (
    <nav className="paging" aria-label={texts.paging(label)}>
      <Button disabled={tokens.length === 1} onClick={() => turn(tokens.slice(0, -1))}>
        {texts.previous}
      </Button>
      <span aria-current="page">{texts.page(tokens.length)}</span>
      <Button disabled={next === ""} onClick={() => turn([...tokens, next])}>
        {texts.next}
      </Button>
    </nav>
  );
}
