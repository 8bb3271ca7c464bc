import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { arrowsBy } from "../ops/docs/circles.ts";
import { filesUnder, importsOf, inside, isCode, PLACES } from "../ops/docs/imports.ts";
import { bothCircles } from "../ops/docs/measure-rooms.ts";
import { SERVICE_NAMES } from "../services/host/services.ts";

const ROOT = resolve(import.meta.dirname, "..");

/** What both cores and agents stand on. */
const BELOW_EVENTS = ["domain", "base", "journal", "host", "call"]
  .map((name) => `services/${name}`)
  .concat("proto/gen");
/** What services and what they share stand on. */
const BELOW_SERVICES = [
  ...BELOW_EVENTS,
  ...["statement", "trust", "store", "event", "node"].map((name) => `services/${name}`),
];

/** What a service stands on: all but the other services. */
const SERVICE = {
  floors: [...BELOW_SERVICES, "services/document", "services/record", "services/registry", "services/judgement"],
};

/** What pages for anybody stand on. */
const PUBLIC_PAGE = { floors: ["proto/gen", "services/domain", "services/public-page"], node: [] };

/** What a floor may import beside itself. `packages` narrows what it may take from npm; Node's own are free. */
const FLOORS: Record<string, { floors: readonly string[]; packages?: readonly string[]; node?: readonly string[] }> = {
  "services/domain": { floors: [], packages: [], node: ["node:crypto"] },
  // Runs in browsers as well.
  "services/statement": { floors: ["services/domain"], packages: ["@noble/curves"], node: [] },
  "services/trust": { floors: ["services/domain", "services/base", "services/statement"] },
  "services/base": { floors: ["services/domain"], packages: [] },
  "services/document": { floors: ["services/domain", "services/trust", "services/base", "services/statement"] },
  // One room beside: how files of certificates are split and joined, which only who knows their form can say.
  "services/store": { floors: ["services/domain", "services/base", "services/document/pieces"] },
  "services/journal": { floors: ["services/domain", "services/base"], packages: [] },
  "services/host": { floors: ["services/domain", "services/base"] },
  "services/call": { floors: ["services/domain", "services/base", "services/host", "proto/gen"] },
  "services/event": { floors: [...BELOW_EVENTS, "services/store"] },
  "services/node": { floors: [...BELOW_EVENTS, "services/store", "services/event"] },
  "services/record": { floors: ["services/domain", "services/base", "services/store", "proto/gen"] },
  "services/registry": { floors: [...BELOW_EVENTS, "services/store", "services/event", "services/node"] },
  "services/judgement": { floors: [...BELOW_SERVICES, "services/record"] },
  ...Object.fromEntries(SERVICE_NAMES.map((name) => [`services/${name}`, SERVICE])),
  "services/scan-code": { floors: [], packages: ["zxing-wasm"], node: [] },
  "services/file-view": { floors: ["proto/gen"], packages: ["pdfjs-dist"], node: [] },
  "services/security-key": { floors: [], packages: [], node: [] },
  "services/staff-model": { floors: ["proto/gen", "services/domain"], packages: ["@bufbuild/protobuf"], node: [] },
  "services/staff-page": {
    floors: ["proto/gen", "services/domain", "services/staff-model", "services/file-view"],
    packages: [],
    node: [],
  },
  "services/console": {
    floors: ["domain", "scan-code", "file-view", "staff-model", "staff-page", "security-key"]
      .map((one) => `services/${one}`)
      .concat("proto/gen"),
  },
  "services/public-page": { floors: ["proto/gen"], packages: ["@bufbuild/protobuf"], node: [] },
  "services/verify-page": {
    ...PUBLIC_PAGE,
    floors: [...PUBLIC_PAGE.floors, "services/statement", "services/scan-code", "services/file-view"],
    packages: ["@bufbuild/protobuf"],
  },
  "services/holder-page": {
    ...PUBLIC_PAGE,
    floors: [...PUBLIC_PAGE.floors, "services/file-view"],
    packages: ["@bufbuild/protobuf"],
  },
  // Served by signing agents, on their own hosts.
  "services/confirm-page": {
    floors: ["services/public-page", "services/file-view", "services/security-key"],
    packages: [],
    node: [],
  },
  // One file beside: whether somebody may call a method, contracts say, and one place asks them.
  "services/mini-page": {
    floors: [
      "domain",
      "public-page",
      "staff-model",
      "staff-page",
      "scan-code",
      "file-view",
      "security-key",
      "console/shell/allowed.ts",
    ]
      .map((one) => `services/${one}`)
      .concat("proto/gen"),
    packages: ["@bufbuild/protobuf"],
    node: [],
  },
  // Three files beside: refusals are rebuilt in one place only, and so are the bytes of an origin signature; many are worked off alike on both sides.
  "services/client": {
    floors: [
      ...["proto/gen", "services/domain", "services/base/at-once.ts"],
      ...["services/call/refusal/refusal-wire.ts", "services/trust/origin-sign.ts"],
    ],
  },
  // Neither store nor events are below it: an agent cannot reach a database or NATS, by whatever way.
  agent: { floors: [...BELOW_EVENTS, "services/statement", "services/trust", "services/document"] },
};

/** Files of services that may say `"province"`: the role itself, and other things of that name. All else asks `services/host/place.ts`. */
const SAY_PROVINCE = [
  "services/domain/division.ts",
  "services/host/place.ts",
  "services/host/roles.ts",
  "services/trust/matter-grant.ts",
];

/** Packages that only some files may touch, so that each could be replaced there. */
const TOUCHED_BY: Record<string, RegExp> = {
  nats: /^(services\/event\/nats\/|test\/|ops\/)/,
  mongodb: /^(services\/store\/mongo\/|test\/|ops\/)/,
  pkcs11js: /^(agent\/|test\/|ops\/)/,
  jose: /^(services\/call\/chain\/|test\/|ops\/)/,
};

/** A floor by its name in the map. */
function shortName(floor: string): string {
  if (floor === "proto/gen") return "generated code";
  if (FLOORS[floor] === SERVICE) return "service";
  return floor.replace("services/", "");
}

/** All that is reached from a place, itself left out. */
function reachedBy(place: string, arrows: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const reached = new Set<string>(arrows.get(place));
  for (const one of reached) for (const next of arrows.get(one) ?? []) reached.add(next);
  return [...reached];
}

/** A floor that is not built yet has its place in the table already. */
const BUILT = Object.entries(FLOORS).filter(([folder]) => existsSync(join(ROOT, folder)));

describe.each(BUILT)("%s", (folder, { floors, packages, node }) => {
  const imports = filesUnder(ROOT, folder)
    .filter(isCode)
    .flatMap((path) => importsOf(ROOT, path));

  test("imports its own floor and those below it, nothing else", () => {
    const wrong = imports.filter(({ to, own }) => own && ![folder, ...floors].some((floor) => inside(to, floor)));
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });

  test("takes no package that it may not", () => {
    const foreign = imports.filter(({ own }) => !own);
    const wrong = foreign.filter(({ to }) =>
      to.startsWith("node:") ? node && !node.includes(to) : packages && !packages.includes(to),
    );
    expect(wrong.map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
  });
});

describe("the house", () => {
  const paths = PLACES.flatMap((place) => filesUnder(ROOT, place));
  const all = paths.flatMap((path) => importsOf(ROOT, path));

  test.each(Object.entries(TOUCHED_BY))("lets %s be touched only where it can be replaced", (name, where) => {
    const users = all.filter(({ to, own }) => !own && to === name);
    expect(users.map(({ from }) => from).filter((from) => !where.test(from))).toEqual([]);
  });

  test("has no files that import each other in a circle, not for their types either", () => {
    const own = all.filter(({ from }) => !inside(from, "test"));
    expect(bothCircles(own, (path) => path)).toEqual({ load: [], types: [] });
    expect(bothCircles(all, (path) => path).load).toEqual([]);
  });

  test("decides in one place which node is the province", () => {
    const files = filesUnder(ROOT, "services").filter(isCode);
    const saying = files.filter((file) => readFileSync(join(ROOT, file), "utf8").includes('"province"'));
    expect(saying.sort()).toEqual(SAY_PROVINCE);
  });

  const map = readFileSync(join(ROOT, "services/README.md"), "utf8");
  /** What a floor may import, by the names of the map; the four services are one there. */
  const below = new Map(BUILT.map(([floor, { floors }]) => [shortName(floor), floors.map(shortName).sort()]));

  test("is told by the map as it is, floor by floor", () => {
    const rows = [...map.matchAll(/^\| `(services\/[\w-]+|agent)` \|[^|]*\| ([^|]*)\|$/gm)];
    const names = new RegExp(`generated code|\\w+/[\\w./-]+|\\b(?:${[...below.keys()].join("|")})\\b`, "g");
    const told = rows.map(([, floor = "", cell = ""]) => [shortName(floor), (cell.match(names) ?? []).sort()]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries([...below].filter(([floor]) => floor !== "service")));
  });

  test("is drawn by the map as it is", () => {
    const [, picture = ""] = /```mermaid\n([\s\S]*?)```/.exec(map) ?? [];
    const chains = picture.split("\n").map((line) =>
      line
        .trim()
        .replace(/\[.*?\]/g, "")
        .split(" --> "),
    );
    const arrows = arrowsBy(chains.flatMap((chain) => chain.slice(1).map((to, at) => [chain[at] ?? "", to] as const)));
    const drawn = [...below.keys()].map((floor) => [floor, reachedBy(floor, arrows).sort()]);
    // Generated code, and single files, would only blur the picture.
    const meant = [...below].map(([floor, floors]) => [floor, floors.filter((name) => below.has(name))]);
    expect(Object.fromEntries(drawn)).toEqual(Object.fromEntries(meant));
  });

  test("has every folder of services on a floor", () => {
    const folders = readdirSync(join(ROOT, "services"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => `services/${name}`).filter((folder) => !(folder in FLOORS))).toEqual([]);
  });

  test("lets contracts lean on each other, with the shared types lowest", () => {
    const protos = readdirSync(join(ROOT, "proto/ecert"), { recursive: true }).map(String);
    for (const path of protos.filter((one) => one.endsWith(".proto"))) {
      const text = readFileSync(join(ROOT, "proto/ecert", path), "utf8");
      const areas = [...text.matchAll(/^import "ecert\/(\w+)\//gm)].map(([, area]) => area);
      if (path.startsWith("type/"))
        expect(
          areas.filter((area) => area !== "type"),
          path,
        ).toEqual([]);
    }
  });
});
