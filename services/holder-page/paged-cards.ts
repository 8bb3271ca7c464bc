import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import { TEXTS } from "./holder-texts.ts";

/** One page of a list, and the token of the next; empty: there is none. */
export type Page<Row> = readonly [rows: readonly Row[], nextPageToken: string];

/** A list as far as it was read. */
export interface PagedCards<Row> {
  rows: readonly Row[];
  /** The cards, and the button for more of them, which `attempt` runs. What stands there stays as it is when more come, and the focus goes on to the first of these. */
  draw(say: Say, attempt: (work: () => Promise<void>) => void): HTMLElement[];
}

/** Reads the first page of a list; `cardOf` draws one of its rows. Rejects as `ask` does. */
export async function pagedCards<Row>(
  ask: (pageToken: string) => Promise<Page<Row>>,
  cardOf: (say: Say, row: Row) => HTMLElement,
): Promise<PagedCards<Row>> {
  let asking = false;
  const [first, second] = await ask("");
  let nextPageToken = second;
  const cards: PagedCards<Row> = {
    rows: first,
    draw(say, attempt) {
      const list = element("ul", { class: "cards" }, ...cards.rows.map((row) => cardOf(say, row)));
      if (nextPageToken === "") return [list];
      const more = async () => {
        if (asking) return;
        asking = true;
        try {
          const [rows, next] = await ask(nextPageToken);
          nextPageToken = next;
          cards.rows = [...cards.rows, ...rows];
          const added = rows.map((row) => cardOf(say, row));
          list.append(...added);
          if (next === "") button.remove();
          const [card] = added;
          if (card) card.tabIndex = -1;
          card?.focus();
        } finally {
          asking = false;
        }
      };
      const button = element("button", { type: "button", onclick: () => attempt(more) }, say(TEXTS.more));
      return [list, button];
    },
  };
  return cards;
}
