import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescFile, DescMethod, DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { CallerKind } from "../proto/gen/ecert/type/v1/permission_pb.ts";
import { permissionOf } from "../services/call/chain/permission.ts";
import { PAGE_CONTRACTS } from "../services/call/listen/page-contracts.ts";
import { SERVICE_NAMES } from "../services/host/services.ts";

const GENERATED = join(import.meta.dirname, "../proto/gen/ecert");
const CONTRACTS = join(import.meta.dirname, "../proto/ecert");

/** Every service of the contracts, found by the generated files, so that a new one cannot be forgotten. */
const modules = await Promise.all(
  globSync("**/*_pb.ts", { cwd: GENERATED }).map((path) => import(join(GENERATED, path))),
);
const services = modules
  .flatMap((module) => Object.values(module) as { kind?: string }[])
  .filter((one): one is DescService => one?.kind === "service");
const files = modules
  .flatMap((module) => Object.values(module) as { kind?: string }[])
  .filter((one): one is DescFile => one?.kind === "file");
const methods = services.flatMap(({ methods }) => methods);
const named = (method: DescMethod) => `${method.parent.typeName}/${method.name}`;

test("the contracts have services in every area", () => {
  const areas = new Set(services.map(({ file }) => file.proto.package));
  for (const area of [...SERVICE_NAMES, "agent", "event"]) {
    expect(areas).toContain(`ecert.${area}.v1`);
  }
});

test.each(files.map((file) => [file.name, file] as const))(
  "%s says where its code goes in Go and Java",
  (name, file) => {
    const [, area = "", version = "", base = ""] = /^ecert\/(\w+)\/(v\d+)\/(\w+)$/.exec(name) ?? [];
    const camel = base.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
    expect(file.proto.options).toMatchObject({
      goPackage: `ecert.example/${area}/${version};${area}${version}`,
      javaPackage: `ecert.${area}.${version}`,
      javaMultipleFiles: true,
      javaOuterClassname: `${camel}Proto`,
    });
  },
);

test("pages reach every contract that is for them at one origin, each method with one answer", () => {
  const forPages: CallerKind[] = [CallerKind.PUBLIC, CallerKind.HOLDER, CallerKind.STAFF];
  const wanted = services.filter(
    ({ file, methods }) =>
      !["ecert.identity.v1", "ecert.watch.v1"].includes(file.proto.package) &&
      methods.some((method) => permissionOf(method)?.callers.some((kind) => forPages.includes(kind))),
  );
  const names = (all: readonly DescService[]) => all.map(({ typeName }) => typeName).toSorted();
  expect(names(PAGE_CONTRACTS)).toEqual(names(wanted));
  const called = PAGE_CONTRACTS.flatMap((one) => one.methods).filter((method) =>
    permissionOf(method)?.callers.some((kind) => forPages.includes(kind)),
  );
  expect(new Set(called.map(({ methodKind }) => methodKind))).toEqual(new Set(["unary"]));
});

describe.each(methods.map((method) => [named(method), method] as const))("%s", (_name, method) => {
  test("says who may call it, in terms that hold together", () => {
    const permission = permissionOf(method);
    expect(permission?.callers.length).toBeGreaterThan(0);
    const callers = new Set(permission?.callers);
    expect(callers).not.toContain(CallerKind.UNSPECIFIED);
    if (permission?.scope) expect(callers).toContain(CallerKind.APP);
    if (permission?.scope) expect(permission.scope).toMatch(/^[a-z]+\.[a-z]+$/);
    if (permission?.services.length) {
      expect(callers.has(CallerKind.SERVICE) || callers.has(CallerKind.NODE)).toBe(true);
    }
  });

  test("has a request and a response of its own", () => {
    expect([method.input.name, method.output.name]).toEqual([`${method.name}Request`, `${method.name}Response`]);
  });

  if (method.name.startsWith("List") && method.output.fields.some(({ fieldKind }) => fieldKind === "list")) {
    test("is a read", () => {
      expect(method.idempotency).toBe(MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS);
    });
  }
});

/** Patterns that the field rules of a file hold texts to, as its source spells them. */
const patternsIn = (path: string) =>
  [...readFileSync(path, "utf8").matchAll(/\bpattern\s*[=:]\s*("(?:[^"\\]|\\.)*")/g)].map(
    ([, text = ""]) => JSON.parse(text) as string,
  );

test("patterns are of what every engine of patterns reads alike, and no text makes one of them slow", () => {
  const patterns = globSync("**/*.proto", { cwd: CONTRACTS }).flatMap((path) => patternsIn(join(CONTRACTS, path)));
  expect(patterns.length).toBeGreaterThan(200);
  for (const pattern of new Set(patterns)) {
    expect(pattern, "holds the whole text").toMatch(/^\^.*\$$/s);
    // Escaped characters, classes and bounded repetition say the same everywhere.
    const bare = pattern.replace(/\\[^a-z]|\[[^\]]*\]/g, "x").replace(/\{\d+(,\d+)?\}/g, "");
    expect(bare, pattern).toMatch(/^[\^$()|?+xA-Za-z0-9:/@_,-]+$/);
    // White space is spelled as a class of its own alone; of two repetitions without bound within each other the inner begins behind a fixed character.
    expect(pattern.replaceAll("\\s", ""), pattern).not.toMatch(/\\[a-zA-Z]/);
    expect(bare, pattern).not.toMatch(/\((?!\/x\+\))[^)]*\+[^)]*\)[+*]/);
  }
});
