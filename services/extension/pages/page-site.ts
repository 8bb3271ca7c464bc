import { join } from "node:path";
import { pathOf } from "../../call/listen/connect-request.ts";
import type { Site } from "../../call/listen/site.ts";
import { loadPages, type Page } from "../../call/pages/load-pages.ts";
import { servePage } from "../../call/pages/serve-page.ts";
import type { Extension } from "../manifest/extension.ts";

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
      const headers = { "cache-control": "no-cache", "content-security-policy": POLICY };
      servePage(request, response, page, headers);
    },
  };
}
