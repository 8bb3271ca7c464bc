import type { HolderPageSettings } from "../domain/holder-page.ts";
import { element } from "../public-page/element.ts";
import { type Fault, Faulty } from "../public-page/fault.ts";
import { drawFault, drawFrame } from "../public-page/frame.ts";
import { inLanguage, keepLanguage, keptLanguage, type Language, type Say } from "../public-page/language.ts";
import { certificateView } from "./certificate-view.ts";
import { TEXTS } from "./holder-texts.ts";
import { listView } from "./list-view.ts";
import { reportView } from "./report-view.ts";
import { openSession, SignedOut } from "./session.ts";
import { showView } from "./show-view.ts";
import { usesView } from "./uses-view.ts";
import { AT, type View } from "./view.ts";

const BROKEN: Fault = { text: TEXTS.broken, fields: [], places: [], callId: "", reason: "", metadata: {} };
const LOADING: View = { draw: (say) => [element("p", { role: "status" }, say(TEXTS.loading))] };

/** How its node lets holders sign in, as that has written it into the document. */
export function settingsOf({ head }: Document): HolderPageSettings {
  return JSON.parse(head.querySelector<HTMLMetaElement>('meta[name="ecert-sign-in"]')?.content ?? "");
}

/** Shows the page in a body: what its address names, to whoever has signed in. */
export function showPage(body: HTMLElement, settings: HolderPageSettings): void {
  const embedded = parent !== window;
  const session = openSession(settings, embedded);
  let language: Language = keptLanguage();
  let view: View = LOADING;
  let fault: Fault | undefined;
  /** Which address is the last that was gone to: another one may be gone to before its answer comes. */
  let opened = 0;

  function draw(focus?: string): void {
    const say = inLanguage(language);
    const signedIn = session.signedIn();
    drawFrame(
      body,
      {
        ...{ language, title: TEXTS.title, product: TEXTS.product, onLanguage },
        beside: signedIn && !embedded ? [button(say(TEXTS.signOut), signOut, "plain")] : [],
      },
      [
        signedIn ? menu(say) : undefined,
        fault && drawFault(language, TEXTS.notDone, fault),
        ...view.draw(say, language),
      ],
    );
    if (focus) document.getElementById(focus)?.focus();
  }

  function show(next: View, focus = "view"): void {
    if (next !== view) view.leave?.();
    view = next;
    draw(fault ? "fault" : focus);
  }

  /** Shows what the address names. */
  async function open(): Promise<void> {
    const own = ++opened;
    fault = undefined;
    if (!session.signedIn() && !embedded) return show(signIn(session.ended() ? TEXTS.ended : undefined));
    show(LOADING, "main");
    await attempted(async () => {
      const next = await viewAt(location.hash, (focus) => own === opened && draw(focus));
      if (own === opened) show(next);
      else next.leave?.();
    });
  }

  /** `redraw` draws it anew unless it was left. */
  async function viewAt(hash: string, redraw: (focus?: string) => void): Promise<View> {
    const [, name, identifier = ""] = hash.split("/").map(decodeURIComponent);
    if (name === "uses") return usesView(session, attempt);
    if (name === "certificate") return certificateView(session, identifier, attempt);
    if (name === "show") return showView(session, identifier, redraw, attempt);
    if (name === "report") return reportView(session, identifier, redraw, attempt);
    return listView(session, attempt);
  }

  /** Does what a button stands for; what goes wrong is told above what is shown, which stays. */
  function attempt(work: () => Promise<void>): void {
    if (fault) document.getElementById("fault")?.remove();
    fault = undefined;
    void attempted(work);
  }

  async function attempted(work: () => Promise<void>): Promise<void> {
    const own = opened;
    try {
      await work();
    } catch (error) {
      // What fails of a view that was left says nothing over the next one, which tells by itself who is signed in no more.
      if (own !== opened) return;
      if (error instanceof SignedOut) return show(signIn(TEXTS.ended));
      fault = error instanceof Faulty ? error.fault : BROKEN;
      show(view === LOADING ? retry() : view);
    }
  }

  const retry = (): View => ({ draw: (say) => [button(say(TEXTS.again), () => void open(), "main")] });

  function signIn(notice?: typeof TEXTS.ended): View {
    const begin = () => attempt(() => session.signIn().then(() => (embedded ? open() : undefined)));
    return {
      draw: (say) => [
        element(
          "section",
          { class: "panel" },
          notice && element("p", { role: "status" }, say(notice)),
          element("p", { id: "view", tabindex: -1 }, say(TEXTS.intro)),
          button(say(TEXTS.signIn), begin, "main"),
          element("p", { class: "quiet" }, say(TEXTS.signInHint)),
        ),
      ],
    };
  }

  function signOut(): void {
    session.signOut();
    location.hash = AT.list;
    void open();
  }

  function onLanguage(other: Language): void {
    language = other;
    keepLanguage(language);
    draw();
  }

  draw();
  addEventListener("hashchange", () => void open());
  void attempted(() => session.start()).then(() => (fault ? show(signIn()) : open()));
}

function menu(say: Say): HTMLElement {
  const here = location.hash === AT.uses ? AT.uses : AT.list;
  const link = (at: string, text: string) =>
    element("a", { href: at, ...(at === here && { "aria-current": "page" }) }, text);
  return element(
    "nav",
    { "aria-label": say(TEXTS.title) },
    link(AT.list, say(TEXTS.certificates)),
    link(AT.uses, say(TEXTS.uses)),
  );
}

function button(text: string, onclick: () => void, kind: string): HTMLElement {
  return element("button", { type: "button", class: kind, onclick }, text);
}
