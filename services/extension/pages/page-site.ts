import { join } from "node:path";
import { pathOf, textHeader } from "../../call/listen/connect-request.ts";
import type { Site } from "../../call/listen/site.ts";
import type { Extension } from "../manifest/extension.ts";
import { loadPages, type Page } from "./load-pages.ts";

/** Where pages of extensions are, on the Connect listener. */
export const PAGES_PATH = "/extensions";

/** Scripts and styles of their own files alone, and calls to this node alone: a page of an extension acts as whoever looks at it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** Path of the pages of an extension. */
export function pathOfPages(name: string): string {
  return `${PAGES_PATH}/${name}/`;
}

/** Serves the pages of extensions; `undefined` where none has any. Each is read once, at the start. */
export function pageSite(extensions: readonly Extension[]): Site | undefined {
  const pages = new Map<string, Map<string, Page>>();
  for (const { manifest, directory } of extensions)
    if (manifest.pages) pages.set(manifest.name, loadPages(join(directory, manifest.pages)));
  if (pages.size === 0) return undefined;
  return {
    path: PAGES_PATH,
    async serve(request, response) {
      const [, , name = "", ...rest] = pathOf(request).split("/");
      const asked = rest.join("/");
      const page = pages.get(name)?.get(asked === "" ? "index.html" : asked);
      const isRead = request.method === "GET" || request.method === "HEAD";
      if (!page || !isRead) {
        response.writeHead(page ? 405 : 404, { "content-type": "text/plain; charset=utf-8" });
        response.end(page ? "GET\n" : "没有该页面 · no such page\n");
        return;
      }
      const headers = { etag: page.etag, "cache-control": "no-cache", "content-security-policy": POLICY };
      const isKnown = textHeader(request, "if-none-match") === page.etag;
      response.writeHead(isKnown ? 304 : 200, { ...headers, ...(!isKnown && { "content-type": page.type }) });
      response.end(isKnown || request.method === "HEAD" ? "" : page.bytes);
    },
  };
}
