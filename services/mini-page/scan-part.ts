import { element } from "../public-page/element.ts";
import { openCodeReader } from "../scan-code/code-reader.ts";
import { lookThrough } from "../scan-code/look-through.ts";
import { scannedText } from "../scan-code/scanned-text.ts";
import type { Counter, Part } from "./counter.ts";
import { TEXTS } from "./mini-texts.ts";

/** Takes the code that a holder shows: before the camera, from a picture, or typed by a scanner. Pictures stay in the browser. */
export function scanPart(counter: Counter, take: (text: string) => Promise<void>): Part {
  const reader = openCodeReader();
  let looking = new AbortController();
  const found = (text: string) => counter.attempt(() => take(scannedText(text)));

  async function watch(video: HTMLVideoElement): Promise<void> {
    looking.abort();
    looking = new AbortController();
    video.hidden = false;
    try {
      const text = await lookThrough(video, reader, looking.signal);
      if (text !== undefined) await found(text);
    } catch {
      counter.tell(TEXTS.noCamera);
    }
    video.hidden = true;
  }

  return {
    draw(say) {
      looking.abort();
      const video = element("video", {
        class: "camera",
        "aria-label": say(TEXTS.cameraView),
        playsinline: true,
        hidden: true,
      });
      video.muted = true;
      const open = () => void watch(video);
      const code = element("input", { id: "presentation", autocomplete: "off", spellcheck: "false", maxlength: 200 });
      const form = element(
        "form",
        {},
        element("label", { for: "presentation" }, say(TEXTS.codeText)),
        code,
        element("button", {}, say(TEXTS.redeem)),
      );
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (code.value.trim() !== "") void found(code.value);
      });
      const picture = element("input", { id: "picture", type: "file", accept: "image/*" });
      picture.addEventListener("change", async () => {
        const [file] = picture.files ?? [];
        if (!file) return;
        const text = await reader.read(file).catch(() => undefined);
        if (text === undefined) counter.tell(TEXTS.noCode);
        else await found(text);
      });
      return [
        element(
          "section",
          { class: "panel" },
          counter.button(say(TEXTS.camera), open, "main"),
          video,
          element("label", { for: "picture" }, say(TEXTS.picture)),
          picture,
          form,
        ),
      ];
    },
    leave() {
      looking.abort();
      reader.close();
    },
  };
}
