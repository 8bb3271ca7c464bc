import { secondsLeft } from "../domain/time-left.ts";
import { element } from "../public-page/element.ts";
import { type Fault, Faulty } from "../public-page/fault.ts";
import { drawFault, drawFrame } from "../public-page/frame.ts";
import { inLanguage, keepLanguage, keptLanguage, type Language } from "../public-page/language.ts";
import { drawForms, type Filled } from "./forms.ts";
import { drawOfflinePart } from "./offline-part.ts";
import { type Asked, type Outcome, verify } from "./outcome.ts";
import { TEXTS, timeLeft } from "./page-texts.ts";
import { drawResult } from "./result.ts";
import { openScanner } from "./scan-part.ts";

/** What is shown: the forms, with what went wrong; work under way; or a verdict. */
type Shown =
  | { readonly view: "forms"; readonly fault?: Fault }
  | { readonly view: "work"; readonly stop: AbortController; readonly sent: number; readonly left?: number | undefined }
  | { readonly view: "result"; readonly outcome: Outcome };

const BROKEN: Fault = {
  text: [
    "这个页面出了差错，未能验证。请刷新页面再试。",
    "This page failed; nothing was verified. Load it anew and try again.",
  ],
  fields: [],
  places: [],
  callId: "",
  reason: "",
  metadata: {},
};

/** Shows the page in a body, and keeps what was filled in while it is drawn anew. */
export function showPage(body: HTMLElement): void {
  let language: Language = keptLanguage();
  let shown: Shown = { view: "forms" };
  let filled: Filled = { files: [], text: "", identifier: "" };
  /** What is verified now: of what was asked before, nothing more is shown. */
  let asking = new AbortController();
  const scanner = openScanner();

  /** Draws all of it; the focus goes to what is new, so that it is seen and read aloud. */
  function draw(focus?: string): void {
    scanner.stop();
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
      ...drawForms(say, filled, scanner, ask),
      drawOfflinePart(say),
    ];
  }

  function drawWork({ stop, sent, left }: Extract<Shown, { view: "work" }>): HTMLElement {
    return element(
      "section",
      { class: "panel" },
      element("p", { id: "work", role: "status" }, workText(sent, left)),
      element("progress", { id: "progress", "aria-labelledby": "work", max: 1, ...(sent < 1 && { value: sent }) }),
      element("button", { type: "button", onclick: () => stop.abort() }, inLanguage(language)(TEXTS.stop)),
    );
  }

  /** `left`: seconds until all has gone out, where that is known. */
  function workText(sent: number, left?: number): string {
    const say = inLanguage(language);
    if (sent >= 1) return say(TEXTS.verifying);
    return `${say(TEXTS.sending)} ${Math.floor(sent * 100)}%${left === undefined ? "" : say(timeLeft(left))}`;
  }

  /** Changes what is told of work under way, in its place: whoever is about to press its button keeps the focus there. */
  function showSent(sent: number, left?: number): void {
    const told = document.getElementById("work");
    const progress = document.getElementById("progress");
    if (told) told.textContent = workText(sent, left);
    if (sent < 1) progress?.setAttribute("value", String(sent));
    else progress?.removeAttribute("value");
  }

  async function ask(asked: Asked): Promise<void> {
    asking.abort();
    const stop = new AbortController();
    asking = stop;
    shown = { view: "work", stop, sent: 0 };
    draw("main");
    const begunAt = performance.now();
    const onSent = (sent: number) => {
      if (shown.view !== "work" || stop !== asking) return;
      const left = secondsLeft(performance.now() - begunAt, sent, 1);
      shown = { view: "work", stop, sent, left };
      showSent(sent, left);
    };
    try {
      const outcome = await verify(asked, { onSent, signal: stop.signal });
      if (stop !== asking) return;
      shown = { view: "result", outcome };
      draw("verdict");
    } catch (error) {
      if (stop !== asking) return;
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
