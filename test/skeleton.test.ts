import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { arrowsBy, circles } from "../ops/docs/circles.ts";
import { filesUnder, importsOf, inside, isCode } from "../ops/docs/imports.ts";

const ROOT = join(import.meta.dirname, "..");
const SERVICES = join(ROOT, "services");
/** A folder with routes is a service. */
const NAMES = readdirSync(SERVICES).filter((name) => existsSync(join(SERVICES, name, "routes")));

/** What each service has beside its rooms, and what the file exports. */
const SKELETON: Record<string, RegExp> = {
  "main.ts": /^export const (\w+)Service: ServiceModule\b/m,
  "context.ts": /^export interface \w+Context \{/m,
  "open-context.ts": /^export async function openContext\(/m,
  "mount.ts": /^export function mountRoutes\(/m,
};
/** What a service may have beside: work that nobody asks for, and what tests and deployments set. */
const MORE: Record<string, RegExp> = {
  "background.ts": /^export function startBackground\(/m,
  "options.ts": /^export interface \w+Options \{/m,
};

describe.each(NAMES)("services/%s", (name) => {
  const folder = join(SERVICES, name);
  const text = (file: string) => readFileSync(join(folder, file), "utf8");
  const filesIn = (place: string) => readdirSync(join(folder, place)).filter((file) => /(?<!\.test)\.ts$/.test(file));

  const more = Object.entries(MORE).filter(([file]) => existsSync(join(folder, file)));

  test.each([...Object.entries(SKELETON), ...more])("has %s, with the export of that name", (file, exported) => {
    expect(text(file)).toMatch(exported);
  });

  test("has nothing else outside of its rooms", () => {
    expect(filesIn(".").filter((file) => !(file in SKELETON) && !(file in MORE))).toEqual([]);
  });

  test("mounts every file of routes/, in mount.ts and nowhere else", () => {
    const mounted = [...text("mount.ts").matchAll(/"\.\/routes\/([^"]+)"/g)].map(([, file]) => file);
    expect(mounted.sort()).toEqual(filesIn("routes").sort());
    expect(text("main.ts")).not.toContain("./routes/");
  });

  test("has no circle of rooms, not for types either: each stands on others and on none that stands on it", () => {
    const imports = filesUnder(ROOT, `services/${name}`)
      .filter(isCode)
      .flatMap((file) => importsOf(ROOT, file));
    const rooms = imports
      .filter(({ own, to }) => own && inside(to, `services/${name}`))
      .map(({ from, to }) => [dirname(from), dirname(to)] as const)
      // What lies outside of the rooms joins them all: context.ts names the types of each, and each names the context.
      .filter(([from, to]) => from !== to && ![from, to].includes(`services/${name}`));
    expect(rooms.length).toBeGreaterThan(0);
    expect(circles(arrowsBy(rooms))).toEqual([]);
  });
});
