import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** What a floor may import beside itself. `packages` narrows what it may take from npm; Node's own are free. */
const FLOORS: Record<string, { floors: readonly string[]; packages?: readonly string[]; node?: readonly string[] }> = {
  "services/domain": { floors: [], packages: [], node: ["node:crypto"] },
  "services/trust": { floors: ["services/domain"] },
  "services/threads": { floors: ["services/domain"], packages: [] },
  "services/document": { floors: ["services/domain", "services/trust", "services/threads"] },
  "services/store": { floors: ["services/domain"] },
  "services/runtime": { floors: ["services/domain", "services/store", "services/threads", "proto/gen"] },
  "services/judgement": {
    floors: ["services/domain", "services/trust", "services/store", "services/runtime", "proto/gen"],
  },
  "services/catalog": service(),
  "services/issue": service(),
  "services/usage": service(),
  "services/sync": service(),
  "services/console": { floors: ["proto/gen", "services/domain"] },
  // Two files beside: refusals are rebuilt in one place only, and so are the bytes of an origin signature.
  "services/client": {
    floors: ["proto/gen", "services/domain", "services/runtime/refusal-wire.ts", "services/trust/origin-sign.ts"],
  },
  agent: { floors: ["services/trust", "services/document", "services/domain", "services/runtime", "proto/gen"] },
};

/** Packages that only some files may touch, so that each could be replaced there. */
const TOUCHED_BY: Record<string, RegExp> = {
  nats: /^(services\/runtime\/nats-link\.ts|test\/|ops\/)/,
  mongodb: /^(services\/store\/mongo\/|test\/|ops\/)/,
  pkcs11js: /^(agent\/|test\/|ops\/)/,
  jose: /^(services\/runtime\/|test\/|ops\/)/,
};

function service() {
  const floors = ["domain", "trust", "threads", "document", "store", "runtime", "judgement"].map(
    (name) => `services/${name}`,
  );
  return { floors: [...floors, "proto/gen"] };
}

interface Import {
  from: string;
  /** Path from the root for own files, else the package's name. */
  to: string;
  own: boolean;
  typeOnly: boolean;
}

function filesUnder(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name) && !/\.tmp\./.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => !path.includes("node_modules"));
}

function importsOf(from: string): Import[] {
  const text = readFileSync(join(ROOT, from), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const found = [
    ...text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s*)?"([^"]+)"/gm),
    ...text.matchAll(/\bimport\(\s*()"([^"]+)"/g),
    ...text.matchAll(/new URL\(\s*()"(\.[^"]+\.ts)"/g),
  ];
  return found.map(([, typeWord, specifier = ""]) => {
    const own = specifier.startsWith(".");
    const to = own ? relative(ROOT, resolve(ROOT, dirname(from), specifier)) : packageOf(specifier);
    return { from, to, own, typeOnly: Boolean(typeWord) };
  });
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

const inside = (path: string, place: string) => path === place || path.startsWith(`${place}/`);
/** Tests may reach for fixtures; they lie beside the code but are not of its floor. */
const isCode = (path: string) => !path.endsWith(".test.ts");

/** A floor that is not built yet has its place in the table already. */
const BUILT = Object.entries(FLOORS).filter(([folder]) => existsSync(join(ROOT, folder)));

describe.each(BUILT)("%s", (folder, { floors, packages, node }) => {
  const imports = filesUnder(folder).filter(isCode).flatMap(importsOf);

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
  const all = ["services", "agent", "ops", "test"].flatMap(filesUnder);

  test.each(Object.entries(TOUCHED_BY))("lets %s be touched only where it can be replaced", (name, where) => {
    const users = all.flatMap(importsOf).filter(({ to, own }) => !own && to === name);
    expect(users.map(({ from }) => from).filter((from) => !where.test(from))).toEqual([]);
  });

  test("keeps store and NATS out of the agent, also by way of others", () => {
    const seen = new Set<string>();
    const visit = (path: string) => {
      if (seen.has(path) || !/\.ts$/.test(path)) return;
      seen.add(path);
      for (const { to, own, typeOnly } of importsOf(path)) {
        if (typeOnly) continue;
        if (own) visit(to);
        else seen.add(to);
      }
    };
    for (const path of filesUnder("agent").filter(isCode)) visit(path);
    expect([...seen].filter((path) => inside(path, "services/store") || ["nats", "mongodb"].includes(path))).toEqual(
      [],
    );
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
