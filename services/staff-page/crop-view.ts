import { type Crop, MOST_ZOOM, moved, sectionOf, wholeCrop, zoomed } from "../staff-model/crop.ts";
import { jpegOf } from "./photo.ts";

/** Pixels of the canvas on its longer side. */
const LONGER_SIDE = 480;
/** What a key moves the part by, as a share of it, and zooms by. */
const [STEP, ZOOM_STEP] = [0.05, 1.1];

/** A photo in a window of the wanted ratio: dragged or moved by the arrow keys, zoomed by the slider or `+` and `-`. */
export interface CropView {
  readonly canvas: HTMLCanvasElement;
  readonly slider: HTMLInputElement;
  /** What is seen through the window, as faces take it. */
  taken(): Promise<Blob>;
}

/** Opens a photo in its window. `names`: what canvas and slider are called to who hears the screen. */
export function openCrop(photo: ImageBitmap, ratio: number, names: { photo: string; zoom: string }): CropView {
  let crop: Crop = wholeCrop(photo, ratio);
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(LONGER_SIDE * Math.min(1, ratio));
  canvas.height = Math.round(LONGER_SIDE * Math.min(1, 1 / ratio));
  canvas.className = "crop";
  canvas.tabIndex = 0;
  canvas.role = "img";
  canvas.ariaLabel = names.photo;
  const slider = document.createElement("input");
  Object.assign(slider, { type: "range", min: "1", max: String(MOST_ZOOM), step: "0.05", value: "1" });
  slider.ariaLabel = names.zoom;

  function set(next: Crop): void {
    crop = next;
    slider.value = String(crop.zoom);
    const { x, y, width, height } = sectionOf(crop);
    canvas.getContext("2d")?.drawImage(photo, x, y, width, height, 0, 0, canvas.width, canvas.height);
  }

  const keys: Readonly<Record<string, () => Crop>> = {
    ArrowLeft: () => moved(crop, -STEP, 0),
    ArrowRight: () => moved(crop, STEP, 0),
    ArrowUp: () => moved(crop, 0, -STEP),
    ArrowDown: () => moved(crop, 0, STEP),
    "+": () => zoomed(crop, crop.zoom * ZOOM_STEP),
    "=": () => zoomed(crop, crop.zoom * ZOOM_STEP),
    "-": () => zoomed(crop, crop.zoom / ZOOM_STEP),
  };
  canvas.addEventListener("keydown", (event) => {
    const next = keys[event.key];
    if (!next) return;
    event.preventDefault();
    set(next());
  });
  canvas.addEventListener("pointerdown", ({ pointerId }) => canvas.setPointerCapture(pointerId));
  canvas.addEventListener("pointermove", ({ pointerId, movementX, movementY }) => {
    if (!canvas.hasPointerCapture(pointerId)) return;
    // The photo follows the finger, so the window goes the other way.
    set(moved(crop, -movementX / canvas.clientWidth, -movementY / canvas.clientHeight));
  });
  slider.addEventListener("input", () => set(zoomed(crop, Number(slider.value))));
  set(crop);
  return { canvas, slider, taken: () => jpegOf(photo, sectionOf(crop)) };
}
