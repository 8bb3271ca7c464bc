import { element } from "./element.ts";
import type { Fault } from "./fault.ts";
import { type Both, inLanguage, type Language } from "./language.ts";

const TEXTS = {
  other: ["English", "中文"],
  skip: ["跳到正文", "Skip to the content"],
  callId: ["编号", "Call"],
} satisfies Record<string, Both>;

/** What a public page shows around its content. */
export interface Frame {
  readonly language: Language;
  /** Name of the page: its heading, and the document's title. */
  readonly title: Both;
  /** What it belongs to, above it. */
  readonly product: Both;
  /** Beside the button of the language, for example to sign out. */
  readonly beside?: readonly HTMLElement[];
  readonly onLanguage: (language: Language) => void;
}

/** What was drawn last in a body: by what the head says, and where the content stands. */
const drawn = new WeakMap<HTMLElement, { readonly head: string; readonly main: HTMLElement }>();

/**
 * Draws a page anew: the link past the head, the head with the button of the other language, and what it is about. A head that says the same stays, since an
 * answer may come while one of its buttons is pressed.
 */
export function drawFrame(body: HTMLElement, frame: Frame, content: readonly (Node | undefined)[]): void {
  const { language, title, product, beside = [], onLanguage } = frame;
  const say = inLanguage(language);
  const shown = [element("h1", {}, say(title)), ...content.filter((node) => node !== undefined)];
  const head = JSON.stringify([language, title, product, ...beside.map(({ textContent }) => textContent)]);
  const before = drawn.get(body);
  if (before?.head === head && before.main.parentNode === body) {
    before.main.replaceChildren(...shown);
    return;
  }
  const main = element("main", { id: "main", tabindex: -1 }, ...shown);
  drawn.set(body, { head, main });
  const other: Language = language === "en" ? "zh-CN" : "en";
  document.documentElement.lang = language;
  document.title = say(title);
  body.replaceChildren(
    element("a", { class: "skip", href: "#main" }, say(TEXTS.skip)),
    element(
      "header",
      {},
      element("span", {}, say(product)),
      element(
        "span",
        { class: "beside" },
        ...beside,
        element(
          "button",
          { type: "button", class: "plain", lang: other, onclick: () => onLanguage(other) },
          say(TEXTS.other),
        ),
      ),
    ),
    main,
  );
}

/** What was not done, why, and the number of the call; it can be given the focus. `notDone` is said first. */
export function drawFault(language: Language, notDone: Both, { text, fields, callId }: Fault): HTMLElement {
  const say = inLanguage(language);
  return element(
    "div",
    { id: "fault", class: "fault", role: "alert", tabindex: -1 },
    element("strong", {}, say(notDone)),
    element("p", {}, say(text)),
    // The Chinese sentence tells the fields already.
    fields.length > 0 && language === "en"
      ? element("ul", {}, ...fields.map((one) => element("li", {}, one)))
      : undefined,
    callId ? element("small", {}, `${say(TEXTS.callId)} ${callId}`) : undefined,
  );
}
