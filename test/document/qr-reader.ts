import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Dots per inch at which whole pages are drawn for {@link readQr}: what a cheap scanner or a shared screen gives. */
export const QR_RESOLUTION = 100;

/** Draws the first page of a PDF as `file.png` beside it, by Poppler. */
export async function drawPage(pdf: string): Promise<string> {
  await run("pdftoppm", ["-r", String(QR_RESOLUTION), "-png", "-singlefile", pdf, pdf]);
  return `${pdf}.png`;
}

/** The text of the one QR code in a picture, by a reader that is not ours (ZXing in C++); undefined where it finds none. */
export async function readQr(picture: string): Promise<string | undefined> {
  const { stdout } = await run("ZXingReader", ["-format", "QRCode", picture]).catch((error) => error);
  // Its texts are written for terminals, its octets as they are.
  const found = [...String(stdout).matchAll(/^Bytes: +((?:[0-9A-F]{2} ?)+)$/gm)];
  if (found.length > 1) throw new Error(`${picture} shows ${found.length} QR codes`);
  const octets = found[0]?.[1];
  return octets === undefined ? undefined : Buffer.from(octets.replaceAll(" ", ""), "hex").toString("utf8");
}
