/** A part of a picture that is looked at through a window of some ratio. */
export interface Crop {
  /** The picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** Width by height of what is taken. */
  readonly ratio: number;
  /** 1: the largest part that has the ratio; 2: half as wide. */
  readonly zoom: number;
  /** Middle of the part, in pixels of the picture. */
  readonly x: number;
  readonly y: number;
}

/** Zoom goes from 1 to this. */
export const MOST_ZOOM = 4;

/** The largest part of a ratio, in the middle. */
export function wholeCrop({ width, height }: { width: number; height: number }, ratio: number): Crop {
  return { width, height, ratio, zoom: 1, x: width / 2, y: height / 2 };
}

/** The part as a rectangle, which lies wholly within the picture. */
export function sectionOf(crop: Crop): { x: number; y: number; width: number; height: number } {
  const { width, height } = sizeOf(crop);
  return { x: crop.x - width / 2, y: crop.y - height / 2, width, height };
}

/** Moves the part, by shares of its own size; it stops at the edges of the picture. */
export function moved(crop: Crop, right: number, down: number): Crop {
  const { width, height } = sizeOf(crop);
  return within({ ...crop, x: crop.x + right * width, y: crop.y + down * height });
}

/** Makes the part smaller (`zoom` above 1) or larger about its middle; it stays within the picture. */
export function zoomed(crop: Crop, zoom: number): Crop {
  return within({ ...crop, zoom: Math.min(MOST_ZOOM, Math.max(1, zoom)) });
}

function sizeOf({ width, height, ratio, zoom }: Crop): { width: number; height: number } {
  const wide = Math.min(width, height * ratio) / zoom;
  return { width: wide, height: wide / ratio };
}

function within(crop: Crop): Crop {
  const { width, height } = sizeOf(crop);
  const kept = (at: number, size: number, all: number) => Math.min(all - size / 2, Math.max(size / 2, at));
  return { ...crop, x: kept(crop.x, width, crop.width), y: kept(crop.y, height, crop.height) };
}
