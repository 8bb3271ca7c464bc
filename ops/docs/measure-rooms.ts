import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { arrowsBy, circles } from "./circles.ts";
import { type EqualRun, equalRuns } from "./equal-runs.ts";
import { filesUnder, type Import, importsOf, inside, isCode, PLACES } from "./imports.ts";

/** One folder: its files without tests, and the arrows (files that its files import, each pair once). */
export interface Room {
  folder: string;
  files: number;
  /** Between two files of the folder. */
  within: number;
  /** To files of other folders, and from them. */
  out: number;
  in: number;
}

/** Files that a call touches, from the file of its route on. */
export interface Road {
  rpc: string;
  /** Of its own service. */
  service: number;
  /** Of all services, shared floors too. */
  all: number;
}

/** Lengths of files in lines. */
export interface Lengths {
  files: number;
  median: number;
  p90: number;
  max: number;
}

/** What `npm run rooms` tells of a checkout. */
export interface RoomsReport {
  rooms: Room[];
  /** Circles that run when files are loaded, and those that only types close. */
  circles: { load: string[][]; types: string[][] };
  /** Circles of rooms. What lies outside of the rooms joins them all, and is left out. */
  roomCircles: { load: string[][]; types: string[][] };
  roads: Road[];
  equalRuns: { code: EqualRun[]; all: EqualRun[] };
  lengths: { services: Lengths; code: Lengths; all: Lengths };
}

/** Measures the checkout at `root`. Reads files only. */
export function measureRooms(root: string): RoomsReport {
  const paths = PLACES.flatMap((place) => filesUnder(root, place));
  const code = paths.filter(isCode).filter((path) => !inside(path, "test"));
  const arrows = code.flatMap((path) => importsOf(root, path)).filter(({ own, to }) => own && code.includes(to));
  const texts = paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
  const ofCode = texts.filter(({ path }) => code.includes(path));
  return {
    rooms: roomsOf(code, arrows),
    circles: bothCircles(arrows, (path) => path),
    roomCircles: bothCircles(
      arrows.filter(({ from, to }) => isInRoom(from) && isInRoom(to)),
      dirname,
    ),
    roads: roadsOf(code, arrows),
    equalRuns: { code: equalRuns(ofCode), all: equalRuns(texts) },
    lengths: {
      services: lengthsOf(ofCode.filter(({ path }) => inside(path, "services"))),
      code: lengthsOf(ofCode),
      all: lengthsOf(texts),
    },
  };
}

/** Finds the circles of load time, and the further ones that types close; `name` puts files together. */
export function bothCircles(imports: readonly Import[], name: (path: string) => string) {
  const round = (some: readonly Import[]) =>
    circles(arrowsBy(some.map(({ from, to }) => [name(from), name(to)] as const).filter(([from, to]) => from !== to)));
  const load = round(imports.filter(({ when }) => when === "load"));
  // A circle of all imports that is none of load time has a type in it, or a call.
  const known = new Set(load.map((circle) => circle.join()));
  return { load, types: round(imports).filter((circle) => !known.has(circle.join())) };
}

/** Whether a file lies in a room: a folder of a service or another floor, of the agent, or of `ops`. */
export function isInRoom(path: string): boolean {
  return dirname(path).split("/").length > (inside(path, "services") ? 2 : 1);
}

function roomsOf(code: readonly string[], arrows: readonly Import[]): Room[] {
  const pairs = [...arrowsBy(arrows.map(({ from, to }) => [from, to] as const))].flatMap(([from, targets]) =>
    [...targets].map((to) => [dirname(from), dirname(to)] as const),
  );
  return [...new Set(code.map((path) => dirname(path)))].sort().map((folder) => ({
    folder,
    files: code.filter((path) => dirname(path) === folder).length,
    within: pairs.filter(([from, to]) => from === folder && to === folder).length,
    out: pairs.filter(([from, to]) => from === folder && to !== folder).length,
    in: pairs.filter(([from, to]) => from !== folder && to === folder).length,
  }));
}

function roadsOf(code: readonly string[], arrows: readonly Import[]): Road[] {
  const loaded = arrowsBy(arrows.filter(({ when }) => when !== "type").map(({ from, to }) => [from, to] as const));
  return code
    .filter((path) => basename(dirname(path)) === "routes")
    .map((path) => {
      const road = reached(path, loaded);
      const service = dirname(dirname(path));
      return {
        rpc: `${basename(service)}/${basename(path, ".ts")}`,
        service: road.filter((file) => inside(file, service)).length,
        all: road.length,
      };
    });
}

function reached(start: string, arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const road = new Set([start]);
  for (const path of road) for (const next of arrows.get(path) ?? []) road.add(next);
  return [...road];
}

function lengthsOf(files: readonly { text: string }[]): Lengths {
  const sorted = files.map(({ text }) => text.split("\n").length - 1).sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { files: sorted.length, median: at(0.5), p90: at(0.9), max: sorted.at(-1) ?? 0 };
}
