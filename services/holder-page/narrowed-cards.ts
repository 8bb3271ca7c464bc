import { element } from "../public-page/element.ts";
import type { Both, Say } from "../public-page/language.ts";
import { type Page, type PagedCards, pagedCards } from "./paged-cards.ts";

/** What a list is narrowed by: what stands in the fields of its form, by their names. The page alone keeps it, and no address. */
export type Narrowed = Readonly<Record<string, string>>;

/** A field of the form above a list. */
export interface Field {
  readonly name: string;
  readonly label: Both;
  readonly make: (say: Say) => HTMLInputElement | HTMLSelectElement;
}

/** Words of a list and of its form. */
interface Words {
  readonly find: Both;
  /** Where there is nothing at all, and where nothing fits. */
  readonly none: Both;
  readonly noneFound: Both;
}

/** What a list is asked for: what stands in its form, and the token of a page; empty: the first. */
type Ask<Row> = (narrowed: Narrowed, pageToken: string) => Promise<Page<Row>>;

/** A list with a form above it, by which it is read anew in its place. Where there is nothing at all there is no form. Rejects as `ask` does. */
export async function narrowedCards<Row>(
  ask: Ask<Row>,
  cardOf: (say: Say, row: Row) => HTMLElement,
  fields: readonly Field[],
  words: Words,
): Promise<Pick<PagedCards<Row>, "draw">> {
  const read = (narrowed: Narrowed) => pagedCards((token) => firstOf(ask, narrowed, token), cardOf);
  let typed: Narrowed = {};
  let asked: Narrowed = {};
  let cards = await read(typed);
  /** Which question is the last: an earlier one may be answered later. */
  let questions = 0;
  /** Draws the list where it stands now: the page may have been drawn anew since it was asked for. */
  let redraw = () => {};

  return {
    draw(say, attempt) {
      const place = element("div", { class: "found" });
      redraw = () => {
        const told = Object.values(asked).some((text) => text !== "") ? words.noneFound : words.none;
        const none = element("p", { class: "panel", role: "status" }, say(told));
        place.replaceChildren(...(cards.rows.length === 0 ? [none] : cards.draw(say, attempt)));
      };
      redraw();
      if (cards.rows.length === 0 && Object.keys(asked).length === 0) return [place];
      const find = async () => {
        const own = ++questions;
        const wanted = typed;
        const found = await read(wanted);
        if (own !== questions) return;
        [cards, asked] = [found, wanted];
        redraw();
      };
      const drawn = fields.map(({ name, label, make }) => {
        const field = make(say);
        field.id = `by-${name}`;
        field.value = typed[name] ?? "";
        field.addEventListener("input", () => {
          typed = { ...typed, [name]: field.value.trim() };
        });
        return element("div", {}, element("label", { for: field.id }, say(label)), field);
      });
      const onsubmit = (event: Event) => {
        event.preventDefault();
        attempt(find);
      };
      const button = element("button", { type: "submit" }, say(words.find));
      return [element("form", { class: "narrow", role: "search", onsubmit }, ...drawn, button), place];
    },
  };
}

/** A page with something in it, or the last: one may be empty and still have a next. */
async function firstOf<Row>(ask: Ask<Row>, narrowed: Narrowed, pageToken: string): Promise<Page<Row>> {
  const page = await ask(narrowed, pageToken);
  const [rows, next] = page;
  return rows.length > 0 || next === "" ? page : firstOf(ask, narrowed, next);
}
