import { element } from "../public-page/element.ts";
import type { Both } from "../public-page/language.ts";
import type { Counter } from "./counter.ts";
import { TEXTS } from "./mini-texts.ts";

/** A way on from the first view. */
export interface Choice {
  readonly href: string;
  readonly name: string;
  readonly more: string;
}

/** A list of ways on, as far as it was read. */
export interface Choices {
  readonly rows: readonly Choice[];
  /** Whether there is nothing more to read. */
  readonly isWhole: boolean;
  /** What the node was asked to look for; empty: nothing. */
  readonly search: string;
  /** Reads on; asked for again meanwhile it is the same reading. Rejects as what it asks. */
  readOn(): Promise<void>;
}

/** How far is read at once: until there are so many rows more, or so many pages were read. Pages may be short, and empty, and still have a next. */
interface Stretch {
  readonly rows: number;
  readonly pages: number;
}

type Ask = (pageToken: string) => Promise<readonly [rows: readonly Choice[], nextPageToken: string]>;

/** Reads the beginning of a list; `search`: what `ask` looks for. Rejects as `ask`. */
export async function openChoices(ask: Ask, stretch: Stretch, search = ""): Promise<Choices> {
  let rows: readonly Choice[] = [];
  let pageToken = "";
  let isWhole = false;
  let reading: Promise<void> | undefined;

  async function read(): Promise<void> {
    const wanted = rows.length + stretch.rows;
    for (let page = 0; page < stretch.pages && rows.length < wanted && !isWhole; page++) {
      const [found, next] = await ask(pageToken);
      rows = [...rows, ...found];
      pageToken = next;
      isWhole = next === "";
    }
  }
  const readOn = () => {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  };
  await readOn();
  return {
    get rows() {
      return rows;
    },
    get isWhole() {
      return isWhole;
    },
    search,
    readOn,
  };
}

/** What a list is called, what stands in its place while it is empty, and what its button for more of it says. */
export interface ListWords {
  readonly title: Both;
  readonly none: Both;
  readonly readOn: Both;
  readonly note?: Both;
  /** What is said of the rest of the list, where it is not what is said of most. */
  readonly notAll?: Both;
}

/**
 * A list under its heading: what of it `fits`, and, where it was not read to its end, that it was not and a button that reads on. `shown` draws anew what is there by
 * now: whoever types what is looked for keeps the focus.
 */
export function choicesPart(
  { say, button }: Counter,
  { title, none, readOn, note, notAll = TEXTS.notAll }: ListWords,
  choices: () => Choices,
  fits: (one: Choice) => boolean,
): { readonly section: HTMLElement; shown(): void } {
  const place = element("div", { tabindex: -1 });
  const shown = () => {
    const { rows, isWhole, search } = choices();
    const fitting = rows.filter(fits);
    const missing = search === "" ? none : TEXTS.noneFound;
    place.replaceChildren(
      fitting.length > 0
        ? cards(fitting)
        : element("p", { class: "quiet" }, say(rows.length > 0 ? TEXTS.noneFits : missing)),
    );
    rest.hidden = isWhole;
  };
  const readMore = async () => {
    const before = new Set(choices().rows);
    await choices().readOn();
    shown();
    // The focus goes on to the first that came; where none of them fits and the button is gone, to what there is.
    const at = choices()
      .rows.filter(fits)
      .findIndex((one) => !before.has(one));
    const first = place.querySelectorAll("a")[at] ?? (rest.hidden ? place : undefined);
    first?.focus();
  };
  const rest = element("div", {}, element("p", { class: "quiet" }, say(notAll)), button(say(readOn), readMore));
  shown();
  const told = note && element("p", {}, say(note));
  return { section: element("section", {}, element("h2", {}, say(title)), told, place, rest), shown };
}

/** Ways on, as cards. */
export function cards(choices: readonly Choice[]): HTMLElement {
  const rows = choices.map(({ href, name, more }) =>
    element(
      "li",
      {},
      element(
        "a",
        { class: "panel card", href },
        element("strong", {}, name),
        element("span", { class: "quiet" }, more),
      ),
    ),
  );
  return element("ul", { class: "cards" }, ...rows);
}
