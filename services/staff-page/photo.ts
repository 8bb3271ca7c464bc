/** A part of a picture, in its own pixels. */
export interface Section {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What faces take of a picture (`document/README.md`): bytes, and with room to spare the pixels of its longer side. */
const MOST_BYTES = 512 << 10;
const LONGER_SIDE = 1_600;
/** Qualities of JPEG, the first one that fits is taken. */
const QUALITIES = [0.92, 0.85, 0.75, 0.6, 0.4];

/** A picture as people see it: turned as its Exif says. Rejects for what is none. */
export function openPhoto(file: Blob): Promise<ImageBitmap> {
  return createImageBitmap(file, { imageOrientation: "from-image" });
}

/**
 * A section of a picture as a JPEG that faces take: upright in its pixels, since readers disagree on Exif, sRGB, baseline, at most 512 KiB and 1600 pixels
 * on its longer side. What is transparent is paper. Rejects where the browser cannot write it.
 */
export async function jpegOf(photo: ImageBitmap, section: Section): Promise<Blob> {
  const scale = Math.min(1, LONGER_SIDE / Math.max(section.width, section.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(section.width * scale));
  canvas.height = Math.max(1, Math.round(section.height * scale));
  const drawing = canvas.getContext("2d", { colorSpace: "srgb" });
  if (!drawing) throw new TypeError("the browser draws no pictures");
  drawing.fillStyle = "#fff";
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.imageSmoothingQuality = "high";
  const { x, y, width, height } = section;
  drawing.drawImage(photo, x, y, width, height, 0, 0, canvas.width, canvas.height);
  for (const quality of QUALITIES) {
    const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
    if (blob && blob.size <= MOST_BYTES) return blob;
  }
  throw new TypeError("the browser writes no picture that is small enough");
}
