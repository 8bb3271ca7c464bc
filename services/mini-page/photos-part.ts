import { element } from "../public-page/element.ts";
import type { Both } from "../public-page/language.ts";
import { openCrop } from "../staff-page/crop-view.ts";
import { openPhoto } from "../staff-page/photo.ts";
import type { SentFile, SentFiles } from "../staff-page/sent-files.ts";
import type { Counter } from "./counter.ts";
import { photoOf, removeOne, sendingFor, TEXTS } from "./mini-texts.ts";

/** What the contract takes: types, and bytes of one. */
const TYPES = "image/jpeg,image/png,application/pdf,.ofd,text/plain";
const MAX_BYTES = 5 << 20;
const MEDIA_TYPES: Readonly<Record<string, string>> = { ofd: "application/ofd" };

/** A data item that is handed in as a picture of its title. */
export interface PictureItem {
  readonly title: string;
  /** Width by height of its place on the face. */
  readonly ratio: number;
}

/** Photos and files of an order: each is on its way as soon as it is chosen. `shown` draws what is there by now into its place. */
export function photosPart(counter: Counter, files: SentFiles, pictures: readonly PictureItem[]) {
  const { say } = counter;
  const list = element("ul", { class: "files" });
  const drawn = new Map<string, ReturnType<typeof oneFile>>();
  /** Each file keeps its place while it is on its way: its button may be about to be pressed. */
  const shown = () => {
    const now = new Map(files.list().map((file) => [file.name, file]));
    for (const [name, { item }] of drawn) {
      if (now.has(name)) continue;
      item.remove();
      drawn.delete(name);
    }
    for (const [name, file] of now) {
      const one = drawn.get(name) ?? oneFile(counter, name, () => files.remove(name));
      one.show(file);
      if (drawn.has(name)) continue;
      drawn.set(name, one);
      list.append(one.item);
    }
  };

  const take = (file: File) => {
    if (file.size > MAX_BYTES) return counter.tell(TEXTS.tooLarge);
    const ending = file.name.split(".").at(-1) ?? "";
    files.add({ name: file.name, mediaType: MEDIA_TYPES[ending] ?? file.type, content: file });
  };
  const takePhoto = (title: string, ratio: number) => async (file: File) => {
    const photo = await openPhoto(file).catch(() => undefined);
    if (!photo) return counter.tell(TEXTS.notPicture);
    const cropped = await askCrop(counter, photo, { title, ratio });
    photo.close();
    if (cropped) files.add({ name: title, mediaType: "image/jpeg", content: cropped });
  };
  const inputs = pictures.map(({ title, ratio }) =>
    fileInput(say(photoOf(title)), { accept: "image/*", capture: "environment" }, takePhoto(title, ratio)),
  );
  const section = element(
    "section",
    { class: "panel" },
    element("h3", {}, say(TEXTS.photos)),
    ...inputs,
    fileInput(say(TEXTS.takePhoto), { accept: "image/jpeg,image/png", capture: "environment" }, take),
    fileInput(say(TEXTS.chooseFile), { accept: TYPES }, take),
    list,
  );
  shown();
  return { section, shown };
}

/** A way to choose one file, as large as a thumb. */
function fileInput(label: string, given: Record<string, string>, take: (file: File) => unknown): HTMLElement {
  const id = `file-${label}`;
  const input = element("input", { id, type: "file", ...given });
  input.addEventListener("change", () => {
    const [file] = input.files ?? [];
    if (file) void take(file);
    input.value = "";
  });
  return element("div", { class: "ask" }, element("label", { for: id }, label), input);
}

/** One file: how far it is, how long the rest takes, and the way to give it up. */
function oneFile(
  { say, button }: Counter,
  name: string,
  remove: () => void,
): { readonly item: HTMLElement; show(file: SentFile): void } {
  const size = element("span", {});
  const bar = element("progress", { "aria-label": name });
  const state = element("span", { class: "quiet", role: "status" });
  return {
    item: element("li", {}, size, bar, state, button(say(removeOne(name)), remove)),
    show(file) {
      const { bytes, sent, fault, progress } = file;
      size.textContent = `${name} · ${Math.ceil(bytes / 1024)} KB`;
      bar.hidden = sent || fault !== undefined;
      bar.max = bytes;
      bar.value = progress.sent;
      const text = say(toldOf(file));
      // Said once: a status that is written again is read aloud again.
      if (state.textContent !== text) state.textContent = text;
    },
  };
}

function toldOf({ sent, fault, progress: { waiting, secondsLeft } }: SentFile): Both {
  if (sent) return TEXTS.sent;
  if (fault !== undefined) return TEXTS.notSent;
  if (waiting) return TEXTS.lineBroken;
  return secondsLeft === undefined ? TEXTS.sending : sendingFor(secondsLeft);
}

/** Lets a photo be cropped to the ratio of its place; resolves to nothing where it is given up. */
function askCrop(
  { say, button, tell }: Counter,
  photo: ImageBitmap,
  { title, ratio }: PictureItem,
): Promise<Blob | undefined> {
  return new Promise((resolve) => {
    const { canvas, slider, taken } = openCrop(photo, ratio, { photo: title, zoom: say(TEXTS.zoom) });
    const done = (blob?: Blob) => {
      dialog.close();
      dialog.remove();
      resolve(blob);
    };
    const use = () =>
      taken().then(done, () => {
        tell(TEXTS.cropTooFine);
        done();
      });
    const dialog = element(
      "dialog",
      { "aria-labelledby": "crop" },
      element("h2", { id: "crop" }, say(TEXTS.crop)),
      element("p", { class: "quiet" }, say(TEXTS.cropHow)),
      canvas,
      slider,
      button(say(TEXTS.takeCrop), use, "main"),
      button(say(TEXTS.cancel), () => done()),
    );
    dialog.addEventListener("cancel", () => done());
    document.body.append(dialog);
    dialog.showModal();
    canvas.focus();
  });
}
