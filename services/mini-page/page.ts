import { element } from "../public-page/element.ts";
import { type Fault, Faulty } from "../public-page/fault.ts";
import { drawFault, drawFrame } from "../public-page/frame.ts";
import { type Both, inLanguage, keepLanguage, keptLanguage, type Language } from "../public-page/language.ts";
import { forgetFiles } from "../staff-page/kept-files.ts";
import { forgetAllValues } from "../staff-page/kept-values.ts";
import {
  isSignInWindow,
  onSessionChange,
  SIGN_IN_START,
  SIGN_IN_WINDOW,
  sessionState,
} from "../staff-page/session-lost.ts";
import type { Counter, View } from "./counter.ts";
import { homeView } from "./home-view.ts";
import { issueView } from "./issuing-matters.ts";
import { madeView } from "./made-view.ts";
import { TEXTS } from "./mini-texts.ts";
import { orderView, replaceView } from "./order-view.ts";
import { openSession, type Session } from "./session.ts";
import { useView } from "./use-view.ts";

const BROKEN: Fault = { text: TEXTS.broken, fields: [], places: [], callId: "", reason: "", metadata: {} };
/** Where somebody signs in from this page, and out of it. */
const [START, END] = [`${SIGN_IN_START}?page=mini`, "/session/end?page=mini"];

/** Shows the page at the counter in a body: what its address names, to whoever has signed in. */
export function showPage(body: HTMLElement): void {
  let language: Language = keptLanguage();
  let session: Session | undefined;
  const loading: View = { draw: (say) => [element("p", { role: "status" }, say(TEXTS.loading))] };
  let view = loading;
  /** Which address is the last that was gone to: another one may be gone to before its answer comes. */
  let opened = 0;
  // Both stay where they are when the view is drawn anew.
  const told = element("div", { class: "told" });
  const shown = element("div", { class: "shown" });
  const say = (both: Both) => inLanguage(language)(both);

  function draw(): void {
    const beside = session ? [signOut(say)] : [];
    drawFrame(body, { language, title: TEXTS.title, product: TEXTS.product, beside, onLanguage }, [told, shown]);
    redraw();
  }

  function redraw(focus?: string): void {
    const nodes = view.draw(say, language).filter((node) => node !== undefined);
    shown.replaceChildren(...nodes);
    if (focus) document.getElementById(focus)?.focus();
  }

  function show(next: View): void {
    if (next !== view) view.leave?.();
    view = next;
    redraw("view");
  }

  function tell(both?: Both): void {
    told.replaceChildren(...(both ? [element("p", { class: "notice", role: "status" }, say(both))] : []));
  }

  function tellFault(error: unknown): void {
    told.replaceChildren(drawFault(language, TEXTS.notDone, error instanceof Faulty ? error.fault : BROKEN));
    document.getElementById("fault")?.focus();
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      tellFault(error);
    }
  }

  const button: Counter["button"] = (text, work, kind) => {
    const made = element("button", { type: "button", class: kind }, text);
    made.addEventListener("click", async () => {
      if (made.ariaBusy === "true") return;
      made.ariaBusy = "true";
      tell();
      await attempt(async () => work());
      made.ariaBusy = "false";
    });
    return made;
  };

  async function open(): Promise<void> {
    const own = ++opened;
    tell();
    show(loading);
    try {
      session ??= await openSession();
      if (own !== opened) return;
      if (!session) return show(signInView());
      if (isSignInWindow()) {
        window.close();
        return show({ draw: () => [element("p", { role: "status" }, say(TEXTS.signedIn))] });
      }
      draw();
      // What answers after its view was left draws nothing over the one that is shown.
      const redrawOwn: Counter["redraw"] = (focus) => own === opened && redraw(focus);
      const counter: Counter = { session, say, redraw: redrawOwn, tell, tellFault, attempt, button };
      const next = await viewAt(counter, location.hash);
      if (own === opened) show(next);
      else next.leave?.();
    } catch (error) {
      if (own !== opened) return;
      tellFault(error);
      show({ draw: () => [button(say(TEXTS.again), open, "main")] });
    }
  }

  function onLanguage(other: Language): void {
    language = other;
    keepLanguage(language);
    draw();
  }

  draw();
  standOver(body, say);
  addEventListener("hashchange", () => void open());
  void open();
}

function viewAt(counter: Counter, hash: string): Promise<View> {
  const [, name, which = ""] = hash.split("/").map(decodeURIComponent);
  if (name === "use") return useView(counter, which);
  if (name === "issue") return issueView(counter, which);
  if (name === "make") return orderView(counter, which);
  if (name === "replace") return replaceView(counter, which);
  if (name === "made") return madeView(counter, which);
  return homeView(counter);
}

function signInView(): View {
  return {
    draw: (say) => [
      element(
        "form",
        { class: "panel", method: "post", action: START },
        element("p", { id: "view", tabindex: -1 }, say(TEXTS.signInHow)),
        element("button", { class: "main" }, say(TEXTS.signIn)),
      ),
    ],
  };
}

/** Leaves nothing behind of the people who were served. */
function signOut(say: (both: Both) => string): HTMLElement {
  const form = element(
    "form",
    { method: "post", action: END },
    element("button", { class: "plain" }, say(TEXTS.signOut)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    forgetAllValues();
    void forgetFiles().finally(() => form.submit());
  });
  return form;
}

/** Stands over the page while its session is lost: the sign-in goes on in a window beside it, and all that was filled in stays. */
function standOver(body: HTMLElement, say: (both: Both) => string): void {
  let standing: HTMLDialogElement | undefined;
  onSessionChange(() => {
    standing?.close();
    standing?.remove();
    standing = undefined;
    if (sessionState() !== "lost") return;
    standing = element(
      "dialog",
      { "aria-labelledby": "lost" },
      element("h2", { id: "lost" }, say(TEXTS.lostTitle)),
      element("p", {}, say(TEXTS.lostHow)),
      element(
        "form",
        { method: "post", action: START, target: SIGN_IN_WINDOW },
        element("button", { class: "main" }, say(TEXTS.signInAgain)),
      ),
    );
    standing.addEventListener("cancel", (event) => event.preventDefault());
    body.append(standing);
    standing.showModal();
  });
}
