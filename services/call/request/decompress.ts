import { promisify } from "node:util";
import { brotliDecompress, gunzip } from "node:zlib";
import { Refusal } from "../../domain/refusal.ts";
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
  const localizedDetail = `不支持压缩方式${encoding}，请使用gzip、br，或不压缩`;
  throw new Refusal("UNIMPLEMENTED", `content-encoding ${encoding}: use gzip, br or identity`, { localizedDetail });
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
    const localizedDetail = `请求体不是${encoding}压缩的数据，请检查content-encoding，或不压缩`;
    const message = `the body is not ${encoding}: compress it as content-encoding says, or leave that out`;
    throw new Refusal("INVALID_FIELD", message, { cause, localizedDetail });
  }
}
