import { element } from "../public-page/element.ts";
import type { Say } from "../public-page/language.ts";
import type { CodeReader } from "../scan-code/code-reader.ts";
import { KEPT_PATH } from "./kept-path.ts";
import { TEXTS } from "./page-texts.ts";

/** What takes codes from pictures and from before the camera, for as long as the page stands. */
export interface Scanner {
  /** The buttons, the camera's picture, and what went wrong. `found` is told the text of a code. */
  draw(say: Say, found: (text: string) => void): HTMLElement;
  /** Looks at what was chosen, pasted or dropped. */
  look(file: File): void;
  /** Ends the camera, since what was drawn is gone. */
  stop(): void;
}

/** Opens one. What reads pictures is fetched with the first picture, and kept. */
export function openScanner(): Scanner {
  let opened: CodeReader | undefined;
  let camera: AbortController | undefined;
  let looked: (file: File) => void = () => {};
  const reader = async (): Promise<CodeReader> => {
    opened ??= (await import("../scan-code/code-reader.ts")).openCodeReader(KEPT_PATH);
    return opened;
  };

  function draw(say: Say, found: (text: string) => void): HTMLElement {
    const told = element("p", { role: "status", class: "scan-told" });
    const view = element("video", {
      class: "camera",
      "aria-label": say(TEXTS.cameraView),
      playsinline: true,
      hidden: true,
    });
    view.muted = true;
    const tell = (text: string) => {
      told.textContent = text;
    };
    const input = element("input", {
      ...{ id: "picture", type: "file", accept: "image/*,.pdf" },
      onchange: () => {
        const [file] = input.files ?? [];
        input.value = "";
        if (file) looked(file);
      },
    });
    const button = element(
      "button",
      { type: "button", onclick: () => (camera ? stop() : openCamera()) },
      say(TEXTS.camera),
    );
    const showCamera = (on: boolean) => {
      view.hidden = !on;
      button.textContent = say(on ? TEXTS.cameraOff : TEXTS.camera);
    };
    looked = (file) => {
      tell(say(TEXTS.looking));
      import("./read-picture.ts")
        .then(({ readPicture }) => readPicture(file, reader))
        .then(
          (read) => ("text" in read ? found(read.text) : tell(say(read.fault))),
          () => tell(say(TEXTS.readerGone)),
        );
    };

    async function openCamera(): Promise<void> {
      const own = new AbortController();
      camera = own;
      own.signal.addEventListener("abort", () => showCamera(false));
      showCamera(true);
      tell("");
      try {
        const [{ lookThrough }, code] = await Promise.all([import("../scan-code/look-through.ts"), reader()]);
        const text = await lookThrough(view, code, own.signal);
        if (text !== undefined && !own.signal.aborted) found(text);
      } catch {
        if (!own.signal.aborted) tell(say(TEXTS.noCamera));
      } finally {
        if (camera === own) stop();
      }
    }

    return element(
      "div",
      {},
      element(
        "div",
        { class: "actions" },
        button,
        element("span", { class: "file-button" }, element("label", { for: "picture" }, say(TEXTS.picture)), input),
      ),
      view,
      told,
    );
  }

  function stop(): void {
    camera?.abort();
    camera = undefined;
  }

  return { draw, look: (file) => looked(file), stop };
}
