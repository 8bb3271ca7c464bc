import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Stands in the document of the verification page where the files are named that it needs without a network. */
const MARK = "{{files}}";
const DOCUMENT = join("verify-page", "index.html");
/** The keeper itself is kept by the browser. */
const NOT_KEPT = /^keeper\.|\.(br|gz)$/;

/** Writes into the verification page which files it needs, those that it only fetches later among them, so that `services/verify-page/keeper.ts` can keep them all. */
export function keptFiles(): Plugin {
  return {
    name: "kept-files",
    apply: "build",
    writeBundle({ dir = "" }) {
      const path = join(dir, DOCUMENT);
      const html = readFileSync(path, "utf8");
      const files = filesNamedFrom(html, join(dir, "assets"));
      if (!html.includes(MARK) || files.length === 0) throw new Error(`${DOCUMENT}: no place for its files, or none`);
      writeFileSync(path, html.replace(MARK, files.map((name) => `assets/${name}`).join(" ")));
    },
  };
}

/** Files of a folder that a text names, and what these name in turn. Names bear digests, so no text names one by chance. */
function filesNamedFrom(text: string, folder: string): string[] {
  const names = readdirSync(folder).filter((name) => !NOT_KEPT.test(name));
  const found = new Set<string>();
  const look = (one: string) => {
    for (const name of names) if (one.includes(name)) found.add(name);
  };
  look(text);
  for (const name of found) if (/\.(m?js|css)$/.test(name)) look(readFileSync(join(folder, name), "utf8"));
  return [...found].sort();
}
