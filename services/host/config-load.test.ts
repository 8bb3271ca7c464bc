import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { schemaFaults } from "../base/schema-faults.ts";
import { Refusal } from "../domain/refusal.ts";
import { parseConfig } from "./config-load.ts";
import { CONFIG_SCHEMA } from "./config-schema.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { SERVICE_NAMES } from "./services.ts";

const EXAMPLES = join(import.meta.dirname, "../../ops/config");

function example(): Record<string, unknown> {
  return JSON.parse(readFileSync(join(EXAMPLES, "city.json"), "utf8"));
}

function refusalOf(config: unknown): Refusal {
  try {
    parseConfig(config);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error("the configuration was taken");
}

interface SchemaNode {
  properties?: Record<string, SchemaNode>;
  items?: SchemaNode;
  oneOf?: SchemaNode[];
}

/** Every member that a schema knows, by its path; members of lists stand under their list. Services are alike: one speaks for all. */
function schemaPaths(schema: SchemaNode, at = ""): string[] {
  const { properties = {}, items, oneOf = [] } = schema;
  const below = Object.entries(properties).flatMap(([name, member]) => {
    const path = `${at}/${name}`;
    return name === "$schema" || SERVICE_NAMES.some((service) => service === name)
      ? []
      : [path, ...schemaPaths(member, path)];
  });
  return [...below, ...(items ? schemaPaths(items, at) : []), ...oneOf.flatMap((one) => schemaPaths(one, at))];
}

/** Values that differ from this one in one member (another type or size, a member less, a member more), once for each path in `seen`. */
function* misspelt(value: unknown, seen: Set<string>, at = ""): Generator<unknown> {
  if (!seen.has(at)) yield* [null, true, 1.5, 1e9, "", "x".repeat(1_001), [], {}, ["a", "a"], [{}, {}], undefined];
  seen.add(at);
  if (Array.isArray(value)) {
    for (const [index, member] of value.entries())
      for (const one of misspelt(member, seen, at)) yield value.with(index, one);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, member] of Object.entries(value))
      for (const one of misspelt(member, seen, `${at}/${name}`)) yield { ...value, [name]: one };
    if (!seen.has(`${at}/`)) yield { ...value, "a/b~c": 1 };
    seen.add(`${at}/`);
  }
}

function pathsOf(value: unknown, at = ""): string[] {
  if (Array.isArray(value)) return value.flatMap((member) => pathsOf(member, at));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [`${at}/${name}`, ...pathsOf(member, `${at}/${name}`)]);
}

describe("a configuration", () => {
  test.each(readdirSync(EXAMPLES).filter((name) => name.endsWith(".json")))("that is shipped is good: %s", (file) => {
    expect(() => parseConfig(JSON.parse(readFileSync(join(EXAMPLES, file), "utf8")))).not.toThrow();
  });

  test("is shown with every field by those that are shipped", () => {
    const shown = new Set(
      readdirSync(EXAMPLES)
        .filter((name) => name.endsWith(".json"))
        .flatMap((file) => pathsOf(JSON.parse(readFileSync(join(EXAMPLES, file), "utf8")))),
    );
    expect(schemaPaths(CONFIG_SCHEMA as SchemaNode).filter((path) => !shown.has(path))).toEqual([]);
  });

  test("gets the defaults that it leaves out, and is not changed itself", () => {
    const { limits: _, peers: __, mesh: ___, clockSkewMs: ____, replica: _____, ...short } = example();
    const before = structuredClone(short);
    const { limits, peers, mesh, clockSkewMs, replica } = parseConfig(short);
    expect({ limits, peers, mesh, clockSkewMs, replica }).toEqual({
      limits: DEFAULT_LIMITS,
      peers: [],
      mesh: {},
      clockSkewMs: 5_000,
      replica: "a",
    });
    expect(short).toEqual(before);
  });

  test("is judged as ajv judges it, whatever member of those that are shipped is another, and gets the same defaults", () => {
    const judge = new Ajv({ allErrors: true, useDefaults: true, discriminator: true }).compile(CONFIG_SCHEMA);
    const sorted = (list: object[]) => list.map((one) => JSON.stringify(one)).sort();
    let refused = 0;
    const judgedOtherwise: object[] = [];
    const seen = new Set<string>();
    for (const file of readdirSync(EXAMPLES).filter((name) => name.endsWith(".json"))) {
      for (const changed of misspelt(JSON.parse(readFileSync(join(EXAMPLES, file), "utf8")), seen)) {
        const [ours, theirs] = [structuredClone(changed), structuredClone(changed)];
        const told = schemaFaults(CONFIG_SCHEMA, ours).map(({ path, message, params }) => ({ path, message, params }));
        refused += Number(!judge(theirs));
        const errors = (judge.errors ?? []).filter(({ keyword }) => keyword !== "oneOf");
        const expected = errors.map(({ instancePath: path, message, params }) => ({ path, message, params }));
        if (!isDeepStrictEqual([sorted(told), ours], [sorted(expected), theirs]))
          judgedOtherwise.push({ told, expected });
      }
    }
    expect(judgedOtherwise).toEqual([]);
    expect(refused).toBeGreaterThan(1_000);
  });

  test("with unknown keys is refused with the path of each and the key that was meant", () => {
    const config = { ...example(), listners: {}, nonsense: 1 };
    (config as { store?: unknown }).store = { engine: "mongodb", uriFile: "a", database: "b", databse: "c" };
    const refusal = refusalOf(config);
    expect(refusal.reason).toBe("UNKNOWN_FIELD");
    expect(refusal.fields.map(({ field, remedy }) => [field, remedy]).sort()).toEqual([
      ["/listners", 'did you mean "listeners"?'],
      ["/nonsense", "remove it"],
      ["/store/databse", 'did you mean "database"?'],
    ]);
  });

  test("is told that a provider of holders is named twice, or says by no claim who somebody is", () => {
    const provider = {
      issuer: "https://a.example",
      audience: "ecert",
      jwksUrl: "https://a.example/jwks",
      algorithms: ["ES256"],
    };
    const person = { name: "name", code: "code", codeType: { fixed: "111" } };
    expect(parseConfig({ ...example(), holders: { providers: [{ ...provider, person }] } }).holders?.providers).toEqual(
      [{ ...provider, person, tokenType: "at+jwt", lifetimeSeconds: 3_600 }],
    );
    const fields = refusalOf({ ...example(), holders: { providers: [{ ...provider, person }, provider] } }).fields;
    const told = fields.map(({ field }) => field);
    expect(told).toEqual(["/holders/providers/1/issuer", "/holders/providers/1/person"]);
    const shared = { ...provider, person, algorithms: ["HS256"], jwksUrl: "http://a.example/jwks" };
    const refused = refusalOf({ ...example(), holders: { providers: [shared] } }).fields.map(({ field }) => field);
    expect(refused.sort()).toEqual(["/holders/providers/0/algorithms/0", "/holders/providers/0/jwksUrl"]);
  });

  test("is told every mistake at once", () => {
    const { tls: _, ...config } = example();
    const bad = { ...config, services: ["catalogue"], listeners: { mesh: { address: "nowhere" } }, clockSkewMs: -1 };
    const fields = refusalOf(bad).fields.map(({ field }) => field);
    expect(fields.sort()).toEqual(["/clockSkewMs", "/listeners/mesh/address", "/services/0", "/tls"]);
  });

  test("gets the defaults of time stamps, which go with authorities to trust for them", () => {
    const signers = { anchorFiles: ["a"], timeStamps: { anchorFiles: ["b"] } };
    const timeStamp = { url: "http://tsa.example/" };
    expect(parseConfig({ ...example(), signers, timeStamp }).timeStamp).toEqual({
      url: "http://tsa.example/",
      required: true,
      timeoutMs: 5_000,
      hash: "sha256",
    });
    const fields = (changed: object) =>
      refusalOf({ ...example(), signers, ...changed }).fields.map(({ field }) => field);
    expect(fields({ timeStamp, signers: { anchorFiles: ["a"] } })).toEqual(["/signers/timeStamps"]);
    const bad = { url: "ftp://tsa.example/", timeoutMs: 60_000, hash: "sha1", policy: "1.2.x", secret: 1 };
    expect(fields({ timeStamp: bad }).sort()).toEqual(
      ["hash", "policy", "secret", "timeoutMs", "url"].map((name) => `/timeStamp/${name}`),
    );
  });

  test("has no passwords by default; those that are switched on count for 12 characters at least and end within a year (5.9.2)", () => {
    const { passwords: _, ...staff } = example().staff as Record<string, unknown>;
    const given = (passwords?: object) => ({ ...example(), staff: { ...staff, ...(passwords && { passwords }) } });
    expect(parseConfig(given()).staff?.passwords).toBeUndefined();
    expect(parseConfig(given({})).staff?.passwords).toEqual({ minimumLength: 14, rotationDays: 90 });
    const fields = refusalOf(given({ minimumLength: 11, rotationDays: 366 })).fields.map(({ field }) => field);
    expect(fields.sort()).toEqual(["minimumLength", "rotationDays"].map((name) => `/staff/passwords/${name}`));
  });

  test("is told of a place to sign in where nobody can: without staff or identity, or under another host", () => {
    const { staff, ...rest } = example() as { staff: object };
    const fields = (config: object) => refusalOf(config).fields.map(({ field }) => field);
    expect(fields({ ...example(), staff: undefined })).toEqual(["/listeners/signIn"]);
    expect(fields({ ...rest, staff: { ...staff, signInOrigin: "https://other.example:9443" } })).toEqual([
      "/staff/signInOrigin",
    ]);
    const bad = { ...staff, origin: "http://linghai.gov.example", authorities: { anchorFiles: ["a"] }, idleSeconds: 5 };
    expect(fields({ ...rest, staff: bad }).sort()).toEqual([
      ...["/staff/authorities/revocationListFiles", "/staff/idleSeconds", "/staff/origin"],
    ]);
  });

  test("that contradicts itself is refused", () => {
    const mesh = { issue: { addresses: ["127.0.0.1:1"] } };
    const tokens = { publicKeyFile: "tokens.pem" };
    const peers = [{ node: "440100", name: "自己", role: "city", publicKeyFile: "x" }];
    const fields = refusalOf({ ...example(), mesh, tokens, peers }).fields.map(({ field }) => field);
    expect(fields).toEqual(["/mesh/issue", "/tokens/privateKeyFile", "/peers/0/node"]);
  });
});
