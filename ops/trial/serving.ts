import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * How `npm start` runs a core: the options of Node and the environment that stand in `package.json`.
 *
 * Files pass through a core as buffers, which count as memory in use: the engine would else collect the whole heap for every dozen
 * certificates, each time with a pause of the loop that serves calls. A small young generation lets go of passing buffers early instead.
 * `MALLOC_MMAP_THRESHOLD_` keeps the C library from serving buffers of a megabyte and more out of its heap once some of them were freed:
 * what small ones lie between there is never given back.
 */
export const SERVING: { readonly node: readonly string[]; readonly env: Readonly<Record<string, string>> } = serving();

function serving() {
  const file = join(import.meta.dirname, "..", "..", "package.json");
  const { scripts } = JSON.parse(readFileSync(file, "utf8")) as { scripts: { start: string } };
  const words = scripts.start.split(" ");
  const settings = words.filter((word) => /^[A-Z_]+=/.test(word)).map((word) => word.split("=", 2));
  return { node: words.filter((word) => word.startsWith("--")), env: Object.fromEntries(settings) };
}
