import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import { Refusal } from "../domain/refusal.ts";
import { tooLarge } from "./parse-request.ts";

const DECOMPRESSORS: Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> = {
  gzip: promisify(gunzip),
  br: promisify(brotliDecompress),
};

/** Compressions that are understood, as `grpc-accept-encoding` lists them. */
export const ENCODINGS = [...Object.keys(DECOMPRESSORS), "identity"].join(",");

/** Refuses a compression that is not understood, before anything compressed by it is read. */
export function checkEncoding(encoding: string): void {
  if (encoding === "identity" || Object.hasOwn(DECOMPRESSORS, encoding)) return;
  throw new Refusal("UNIMPLEMENTED", `content-encoding ${encoding}: use gzip, br or identity`);
}

/** Decompresses outside of the loop. Throws `TOO_LARGE` where it would be more than `maxBytes`, `INVALID_FIELD` on broken bytes. */
export async function decompress(bytes: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  checkEncoding(encoding);
  const decompressor = DECOMPRESSORS[encoding];
  if (!decompressor || bytes.length === 0) return bytes;
  try {
    return await decompressor(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes + 1, maxBytes);
    throw new Refusal("INVALID_FIELD", `the body is not ${encoding}`, { cause });
  }
}
