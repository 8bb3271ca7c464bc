import { element } from "../public-page/element.ts";
import { type Fault, Faulty } from "../public-page/fault.ts";
import { drawFault, drawFrame } from "../public-page/frame.ts";
import { inLanguage, keepLanguage, keptLanguage, type Language } from "../public-page/language.ts";
import { askKey, keyFault } from "../security-key/ask-key.ts";
import { TEXTS } from "./confirm-texts.ts";
import { type Asked, callHost, octetsOf, SignedOut, type WaitingOrder, written } from "./host-call.ts";
import { drawOrders } from "./order-view.ts";
import { drawSignIn } from "./sign-in-view.ts";

/** What the host tells whoever is signed in. */
interface Told {
  readonly officer: { readonly account: string; readonly name: string };
  readonly orders: readonly WaitingOrder[];
}

/** Shows the page in a body: what waits for the officer who has signed in, and takes the confirmation. */
export function showPage(body: HTMLElement): void {
  let language: Language = keptLanguage();
  let told: Told | undefined;
  let fault: Fault | undefined;
  /** What is said above all: a security key is waited for, or what has come of it. */
  let notice: keyof typeof TEXTS | undefined;
  const looked = new Set<string>();

  function draw(): void {
    const say = inLanguage(language);
    const signOut = element(
      "button",
      { type: "button", class: "plain", onclick: () => attempt(leave) },
      say(TEXTS.signOut),
    );
    drawFrame(
      body,
      { language, title: TEXTS.title, product: TEXTS.product, beside: told ? [signOut] : [], onLanguage },
      [
        element("p", { class: "quiet" }, say(TEXTS.why)),
        notice && element("p", { role: "status", class: "panel" }, say(TEXTS[notice])),
        fault && drawFault(language, TEXTS.notDone, fault),
        ...(told
          ? drawOrders(say, {
              ...told,
              looked,
              confirm: (ids) => attempt(() => confirm(ids)),
              reload: () => attempt(load),
            })
          : drawSignIn(say, { enter: (account) => attempt(() => enter(account)), draw: attempt })),
      ],
    );
  }

  /** Does what a button stands for; what goes wrong is told above what is shown, which stays. */
  async function attempt(work: () => Promise<void>): Promise<void> {
    fault = undefined;
    notice = undefined;
    try {
      await work();
    } catch (error) {
      notice = undefined;
      if (error instanceof SignedOut) {
        notice = told ? "ended" : undefined;
        told = undefined;
      } else fault = faultOf(error);
    }
    draw();
    if (fault) document.getElementById("fault")?.focus();
  }

  async function load(): Promise<void> {
    told = await callHost<Told>("orders");
  }

  /** Whoever is not signed in types meanwhile: his page stands as it is. */
  async function lookFirst(): Promise<void> {
    try {
      await load();
    } catch (error) {
      if (error instanceof SignedOut) return;
      fault = faultOf(error);
    }
    draw();
  }

  async function enter(account: string): Promise<void> {
    const asked = await callHost<Asked>("enter", { account });
    await callHost("entered", { challenge: asked.challenge, ...(await answered(asked)) });
    await load();
    notice = undefined;
  }

  async function leave(): Promise<void> {
    await callHost("leave", {});
    told = undefined;
  }

  async function confirm(ids: readonly string[]): Promise<void> {
    const asked = await callHost<Asked & { signedAt: string }>("prepare", { ids });
    await callHost("confirm", { ids, signedAt: asked.signedAt, ...(await answered(asked)) });
    await load();
    notice = "confirmed";
  }

  async function answered({ challenge, rpId, credentialIds }: Asked) {
    notice = "touch";
    draw();
    return written(await askKey({ challenge: octetsOf(challenge), rpId, credentialIds: credentialIds.map(octetsOf) }));
  }

  function onLanguage(next: Language): void {
    language = next;
    keepLanguage(next);
    draw();
  }

  draw();
  void lookFirst();
}

function faultOf(error: unknown): Fault {
  if (error instanceof Faulty) return error.fault;
  const text = keyFault(error) ? TEXTS.keyRefused : TEXTS.broken;
  return new Faulty(text).fault;
}
