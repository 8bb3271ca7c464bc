import { toldFace } from "../file-view/drawn-face.ts";
import { element } from "../public-page/element.ts";
import { Faulty } from "../public-page/fault.ts";
import type { Both, Say } from "../public-page/language.ts";
import type { Handed } from "./given-files.ts";
import { TEXTS } from "./page-texts.ts";
import { sendDocument } from "./send-document.ts";

/** What a PDF begins with. */
const PDF = [0x25, 0x50, 0x44, 0x46, 0x2d];
const isPdf = (bytes: Uint8Array) => PDF.every((byte, at) => bytes[at] === byte);

/** The face of a document that verified: a PDF as it was handed in, with its photos and its seal, drawn in this browser; of any other the node draws one when it is asked for. */
export interface FacePart {
  /** The button; or the picture, once it was asked for, in whichever language. */
  draw(say: Say): HTMLElement;
}

/** Makes the part for what was handed in; nothing is sent or drawn before the button is pressed. `name` is that of the files. */
export function facePart(handed: Handed, name: string): FacePart {
  const own = isPdf(handed.document);
  let caption: Both = TEXTS.faceOwn;
  let pdf: Uint8Array | undefined;
  let busy = false;

  async function ask(tell: (text: Both) => void): Promise<Both | undefined> {
    if (own) {
      pdf = handed.document;
      return undefined;
    }
    const { face } = await sendDocument(handed, {
      faceWanted: true,
      signal: new AbortController().signal,
      onWay: ({ waiting }) => tell(waiting ? TEXTS.faceWaits : TEXTS.faceDrawing),
    });
    const told = toldFace(face);
    if ("absent" in told) return told.absent;
    ({ pdf, caption } = told);
    return undefined;
  }

  /** What draws is fetched with the first picture. */
  async function show(place: HTMLElement, say: Say, drawn: Uint8Array): Promise<void> {
    const pages = element("div", { class: "face" });
    place.replaceChildren(element("figcaption", {}, say(caption)), pages);
    const { drawFace } = await import("../file-view/draw-face.ts");
    await drawFace(pages, drawn, `${say(caption)} ${name}`, say(TEXTS.faceBroken));
  }

  function draw(say: Say): HTMLElement {
    const figure = element("figure", { tabindex: -1, hidden: true });
    const told = element("p", { role: "status", class: "face-told" });
    const tell = (text: Both) => {
      told.textContent = say(text);
    };
    const button = element("button", { type: "button", onclick: () => void press() }, say(TEXTS.face));
    const place = element("div", { class: "face-part" }, button, told, figure);

    async function reveal(drawn: Uint8Array): Promise<void> {
      figure.hidden = false;
      button.remove();
      await show(figure, say, drawn);
      told.textContent = "";
    }

    async function press(): Promise<void> {
      if (busy) return;
      busy = true;
      tell(TEXTS.faceDrawing);
      try {
        const absent = await ask(tell);
        if (absent) tell(absent);
        else if (pdf) {
          await reveal(pdf);
          figure.focus();
        }
      } catch (error) {
        tell(error instanceof Faulty ? error.fault.text : TEXTS.faceBroken);
      } finally {
        busy = false;
      }
    }

    if (pdf) {
      // Its width is known once it stands in the page.
      const drawn = pdf;
      queueMicrotask(() => reveal(drawn).catch(() => tell(TEXTS.faceBroken)));
    }
    return place;
  }

  return { draw };
}
