import { element } from "../public-page/element.ts";
import { type Fault, Faulty } from "../public-page/fault.ts";
import { drawFault, drawFrame } from "../public-page/frame.ts";
import { inLanguage, keepLanguage, keptLanguage, type Language } from "../public-page/language.ts";
import { drawForms, type Filled } from "./forms.ts";
import { type Asked, type Outcome, verify } from "./outcome.ts";
import { TEXTS } from "./page-texts.ts";
import { drawResult } from "./result.ts";

/** What is shown: the forms, with what went wrong; work under way; or a verdict. */
type Shown =
  | { readonly view: "forms"; readonly fault?: Fault }
  | { readonly view: "work"; readonly stop: AbortController; readonly sent: number }
  | { readonly view: "result"; readonly outcome: Outcome };

const BROKEN: Fault = {
  text: [
    "这个页面出了差错，未能验证。请刷新页面再试。",
    "This page failed; nothing was verified. Load it anew and try again.",
  ],
  fields: [],
  callId: "",
  reason: "",
};

/** Shows the page in a body, and keeps what was filled in while it is drawn anew. */
export function showPage(body: HTMLElement): void {
  let language: Language = keptLanguage();
  let shown: Shown = { view: "forms" };
  let filled: Filled = { files: [], text: "", identifier: "" };

  /** Draws all of it; the focus goes to what is new, so that it is seen and read aloud. */
  function draw(focus?: string): void {
    const frame = { language, title: TEXTS.title, product: TEXTS.product, onLanguage: change };
    drawFrame(body, frame, content());
    if (focus) document.getElementById(focus)?.focus();
  }

  function content(): (HTMLElement | undefined)[] {
    const say = inLanguage(language);
    if (shown.view === "result") return [drawResult(say, shown.outcome, again)];
    if (shown.view === "work") return [drawWork(shown)];
    return [
      element("p", {}, say(TEXTS.intro)),
      shown.fault && drawFault(language, TEXTS.notDone, shown.fault),
      ...drawForms(say, filled, ask),
    ];
  }

  function drawWork({ stop, sent }: Extract<Shown, { view: "work" }>): HTMLElement {
    return element(
      "section",
      { class: "panel" },
      element("p", { id: "work", role: "status" }, workText(sent)),
      element("progress", { id: "progress", "aria-labelledby": "work", max: 1, ...(sent < 1 && { value: sent }) }),
      element("button", { type: "button", onclick: () => stop.abort() }, inLanguage(language)(TEXTS.stop)),
    );
  }

  function workText(sent: number): string {
    const say = inLanguage(language);
    return sent < 1 ? `${say(TEXTS.sending)} ${Math.floor(sent * 100)}%` : say(TEXTS.verifying);
  }

  /** Changes what is told of work under way, in its place: whoever is about to press its button keeps the focus there. */
  function showSent(sent: number): void {
    const told = document.getElementById("work");
    const progress = document.getElementById("progress");
    if (told) told.textContent = workText(sent);
    if (sent < 1) progress?.setAttribute("value", String(sent));
    else progress?.removeAttribute("value");
  }

  async function ask(asked: Asked): Promise<void> {
    const stop = new AbortController();
    shown = { view: "work", stop, sent: 0 };
    draw("main");
    const onSent = (sent: number) => {
      if (shown.view !== "work") return;
      shown = { view: "work", stop, sent };
      showSent(sent);
    };
    try {
      shown = { view: "result", outcome: await verify(asked, { onSent, signal: stop.signal }) };
      draw("verdict");
    } catch (error) {
      shown = { view: "forms", fault: error instanceof Faulty ? error.fault : BROKEN };
      draw("fault");
    }
  }

  function again(): void {
    filled = { files: [], text: "", identifier: "" };
    shown = { view: "forms" };
    draw("main");
  }

  function change(other: Language): void {
    language = other;
    keepLanguage(language);
    draw();
  }

  draw();
}

/** A report is printed whole: what is folded is opened for it, and as it was afterwards. */
export function unfoldForPrint(): void {
  let folded: HTMLDetailsElement[] = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details")].filter(({ open }) => !open);
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => {
    for (const one of folded) one.open = false;
  });
}
