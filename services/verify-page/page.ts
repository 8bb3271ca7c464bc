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
import type { Way } from "./send-document.ts";

/** What is shown: the forms, with what went wrong; work under way; or a verdict. */
type Shown =
  | { readonly view: "forms"; readonly fault?: Fault }
  | { readonly view: "work"; readonly stop: AbortController; readonly way: Way }
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

  function drawWork({ stop, way }: Extract<Shown, { view: "work" }>): HTMLElement {
    const { share } = way;
    return element(
      "section",
      { class: "panel" },
      element("p", { id: "work", role: "status" }, workText(way)),
      element("progress", { id: "progress", "aria-labelledby": "work", max: 1, ...(share < 1 && { value: share }) }),
      element("button", { type: "button", onclick: () => stop.abort() }, inLanguage(language)(TEXTS.stop)),
    );
  }

  function workText({ share, left, waiting }: Way): string {
    const say = inLanguage(language);
    if (waiting) return `${say(TEXTS.cut)} ${percent(share)}`;
    if (share >= 1) return say(TEXTS.verifying);
    return `${say(TEXTS.sending)} ${percent(share)}${left === undefined ? "" : say(timeLeft(left))}`;
  }

  /** Changes what is told of work under way, in its place: whoever is about to press its button keeps the focus there. */
  function showWay(way: Way): void {
    const told = document.getElementById("work");
    const progress = document.getElementById("progress");
    if (told) told.textContent = workText(way);
    if (way.share < 1) progress?.setAttribute("value", String(way.share));
    else progress?.removeAttribute("value");
  }

  async function ask(asked: Asked): Promise<void> {
    asking.abort();
    const stop = new AbortController();
    asking = stop;
    shown = { view: "work", stop, way: { share: asked.kind === "files" ? 0 : 1, waiting: false } };
    draw("main");
    const onWay = (way: Way) => {
      if (shown.view !== "work" || stop !== asking) return;
      shown = { view: "work", stop, way };
      showWay(way);
    };
    try {
      const outcome = await verify(asked, { onWay, signal: stop.signal });
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

const percent = (share: number) => `${Math.floor(share * 100)}%`;

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
