import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureServer } from "../../ops/servers/fetch.mjs";
import * as connector from "../../services/client/index.ts";
import { giveModule, type PackedClient, packClient } from "../fixtures/packed-client.ts";

const ROOT = join(import.meta.dirname, "../..");
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");
const folder = mkdtempSync(join(tmpdir(), "ecert-package-"));
const engines = new Map([["24", process.execPath]]);
let packed: PackedClient;

beforeAll(async () => {
  packed = await packClient(folder);
  for (const name of ["@types/node", "undici-types"]) giveModule(packed.app, name);
  engines.set("22", await ensureServer("node-22")).set("20", await ensureServer("node-20"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a file of the department's program: exit code and what it prints. */
const run = promisify(execFile);
const ran = async (engine: string, args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  run(engine, args, { cwd: packed.app }).then(
    (good) => ({ code: 0, ...good }),
    (error) => error,
  );
const written = (name: string, text: string): string => {
  writeFileSync(join(packed.app, name), text);
  return name;
};

const LOADS = {
  "load.mjs": 'import * as client from "ecert/client"; console.log(Object.keys(client).sort().join());',
  "load.cjs": 'console.log(Object.keys(require("ecert/client")).sort().join());',
};

test("the package is two files of JavaScript and types, with two packages in the versions that are tested here", () => {
  const { manifest, files } = packed;
  expect(files.filter((name) => /\.[cm]?js$/.test(name)).sort()).toEqual(["client.cjs", "client.js"]);
  expect(files.filter((name) => /\.[cm]?ts$/.test(name) && !name.endsWith(".d.ts"))).toEqual([]);
  expect(manifest).toMatchObject({ name: "ecert", version: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(dependencies).toMatchObject(manifest.dependencies);
  expect(Object.keys(manifest.dependencies)).toEqual(["@bufbuild/protobuf", "@connectrpc/connect"]);
});

test.each(["22", "24"])(
  "on Node %s it loads by import and by require, with all that the source exports",
  async (version) => {
    expect((await run(engines.get(version) as string, ["--version"])).stdout).toMatch(new RegExp(`^v${version}\\.`));
    for (const [name, text] of Object.entries(LOADS)) {
      const { code, stdout, stderr } = await ran(engines.get(version) as string, [written(name, text)]);
      expect({ code, stdout, stderr }).toEqual({
        code: 0,
        stdout: `${Object.keys(connector).sort().join()}\n`,
        stderr: "",
      });
    }
  },
);

test("on an older Node it refuses to load, in one sentence and without a stack trace", async () => {
  expect(packed.manifest.engines.node).toBe(">=22");
  for (const [name, text] of Object.entries(LOADS)) {
    const { code, stdout, stderr } = await ran(engines.get("20") as string, [written(name, text)]);
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(
      /^\[?ecert\/client 需要 Node 22 .* needs Node 22 or later and runs on 20\.[^\n]*newer Node\]?$/m,
    );
    expect(stderr).not.toMatch(/^\s+at /m);
  }
});

const CONSUMER = `
import { createConnector, FileFormat, LongTerm, Refusal, Verdict, type Context, type Order } from "ecert/client";
const options = { home: { address: "https://a:1" }, appKey: "a", appSecret: "b" };
export async function use(context: Context, order: Order): Promise<number> {
  const connector = createConnector(options);
  try {
    await connector.issuing.make(order);
    const session = connector.use(context);
    const { verdict } = await session.verify("x");
    const { file } = await session.fetch("x", FileFormat.PDF, LongTerm.UNSPECIFIED, { timeoutMs: 5 });
    return verdict === Verdict.VALID ? (file?.content.length ?? 0) : 0;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "AGENT_AWAY") return error.fields.length;
    // @ts-expect-error: the list of reasons is closed
    if (error instanceof Refusal && error.reason === "NO_SUCH_REASON") return 1;
    throw error;
  } finally {
    connector.close();
  }
}
`;
const BY_NODE = { lib: ["es2022"], types: ["node"] };
const BY_DOM = { lib: ["es2022", "dom"], types: [] };

/** Checks files of the department's program with tsc: strict, its libraries too. */
async function checked(files: string[], options: Record<string, unknown>) {
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
  };
  const compilerOptions = { target: "es2022", noEmit: true, ...strict, ...options };
  written("tsconfig.json", JSON.stringify({ compilerOptions, files }));
  return ran(process.execPath, [TSC, "-p", "tsconfig.json"]);
}

test.each([
  ["node16, import and require, Node's types", { module: "node16", ...BY_NODE }, ["mts", "cts"]],
  ["nodenext, import and require, Node's types", { module: "nodenext", ...BY_NODE }, ["mts", "cts"]],
  ["a bundler, Node's types", { module: "esnext", moduleResolution: "bundler", ...BY_NODE }, ["ts"]],
  ["a bundler, the DOM's types", { module: "esnext", moduleResolution: "bundler", ...BY_DOM }, ["ts"]],
])("its types hold under tsc strict without skipLibCheck: %s", async (_, options, extensions) => {
  const files = extensions.map((extension) => written(`consumer.${extension}`, CONSUMER));
  expect(await checked(files, options)).toMatchObject({ code: 0, stdout: "" });
});

test("README's sample is checked by its types", async () => {
  const [, sample = ""] = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, "README.md"), "utf8")) ?? [];
  const file = written("sample.ts", sample);
  expect(await checked([file], { module: "nodenext", ...BY_NODE })).toMatchObject({ code: 0, stdout: "" });
});
