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
};

/** Reads a folder of pages, by path from it. Throws `INVALID_FIELD` for kinds of file that are not served, `TOO_LARGE` beyond 500 files or 20 MiB. */
export function loadPages(directory: string): Map<string, Page> {
  const pages = new Map<string, Page>();
  let bytes = 0;
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const file = join(entry.parentPath, entry.name);
    const path = relative(directory, file);
    const type = TYPES[extname(entry.name)];
    if (!type || !entry.isFile())
      throw new Refusal("INVALID_FIELD", `${file}: pages are files of the kinds ${Object.keys(TYPES).join(" ")}`);
    bytes += statSync(file).size;
    if (bytes > MAX_PAGE_BYTES || pages.size === MAX_PAGE_FILES)
      throw new Refusal("TOO_LARGE", `${directory}: at most ${MAX_PAGE_FILES} files of ${MAX_PAGE_BYTES} bytes in all`);
    const content = readFileSync(file);
    pages.set(path, { bytes: content, type, etag: `"${sha256Hex(content).slice(0, 32)}"` });
  }
  return pages;
}
