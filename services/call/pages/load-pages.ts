import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";

/** Files and bytes that the pages of one extension have at most: all of them are kept in memory. */
export const MAX_PAGE_FILES = 500;
export const MAX_PAGE_BYTES = 20 << 20;

/** A file that is served. */
export interface Page {
  bytes: Buffer;
  type: string;
  etag: string;
  /** The same, compressed when it was built. */
  coded: Partial<Record<Coding, Buffer>>;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};
/** Compressed forms that lie beside a file, by what is written behind its name. */
const CODINGS: Readonly<Record<string, Coding>> = { ".br": "br", ".gz": "gzip" };

/** How a file may be compressed on its way, the better first. */
export type Coding = "br" | "gzip";

/**
 * Reads a folder of pages, by path from it; `x.js.br` and `x.js.gz` are `x.js`, compressed. Throws `INVALID_FIELD` for kinds of file that are not
 * served, `TOO_LARGE` beyond 500 files or 20 MiB.
 */
export function loadPages(directory: string): Map<string, Page> {
  const files = new Map<string, Buffer>();
  let bytes = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    if (!typeOf(entry.name) || !entry.isFile())
      throw new Refusal("INVALID_FIELD", `${file}: pages are files of the kinds ${Object.keys(TYPES).join(" ")}`);
    bytes += statSync(file).size;
    if (bytes > MAX_PAGE_BYTES || files.size === MAX_PAGE_FILES)
      throw new Refusal("TOO_LARGE", `${directory}: at most ${MAX_PAGE_FILES} files of ${MAX_PAGE_BYTES} bytes in all`);
    files.set(relative(directory, file), readFileSync(file));
  }
  const plain = [...files].filter(([path]) => !(extname(path) in CODINGS));
  return new Map(plain.map(([path, content]) => [path, pageOf(path, content, files)]));
}

function pageOf(path: string, bytes: Buffer, files: ReadonlyMap<string, Buffer>): Page {
  const coded: Page["coded"] = {};
  for (const [ending, coding] of Object.entries(CODINGS)) {
    const content = files.get(`${path}${ending}`);
    if (content) coded[coding] = content;
  }
  return { bytes, type: typeOf(path) as string, etag: `"${sha256Hex(bytes).slice(0, 32)}"`, coded };
}

function typeOf(name: string): string | undefined {
  const ending = extname(name);
  return TYPES[ending in CODINGS ? extname(name.slice(0, -ending.length)) : ending];
}
