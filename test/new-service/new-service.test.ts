import { execFile } from "node:child_process";
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/**
 * A copy of this checkout in which the service `probe` is made by the map (`services/README.md`), with one RPC and one event: its own folder, its
 * contract, its kind of event in the contract of events, the list of services, and its rows in the map. All else is as it is here, or generated.
 */
const tree = mkdtempSync(join(tmpdir(), "ecert-new-service-"));

function touch(path: string, text: string): void {
  mkdirSync(dirname(join(tree, path)), { recursive: true });
  writeFileSync(join(tree, path), text);
}

/** Puts lines before a line of a file. */
function extend(path: string, before: string, lines: string): void {
  const text = readFileSync(join(tree, path), "utf8");
  expect(text.split(before).length).toBe(2);
  touch(path, text.replace(before, `${lines}\n${before}`));
}

const given = (name: string) => readFileSync(join(import.meta.dirname, name), "utf8");
const inTree = (command: string, ...args: string[]) =>
  run(command, args, {
    cwd: tree,
    env: { ...process.env, PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}` },
  });

beforeAll(async () => {
  for (const path of [
    "README.md",
    "services",
    "proto",
    "ops",
    "agent",
    "test",
    "package.json",
    "buf.yaml",
    "buf.gen.yaml",
    "vitest.config.ts",
    "tsconfig.json",
    "biome.json",
  ])
    cpSync(join(ROOT, path), join(tree, path), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(tree, "node_modules"));

  for (const template of globSync("probe/**/*.template", { cwd: import.meta.dirname }))
    touch(join("services", template.replace(/\.template$/, "")), given(template));
  touch("proto/ecert/probe/v1/probe_service.proto", given("probe_service.proto"));
  extend(
    "proto/ecert/event/v1/event.proto",
    "  // A department, matter, opening or seal changed;",
    "  // A word was told; the payload is an `ecert.probe.v1.TellWordRequest`.\n  EVENT_KIND_WORD_TOLD = 99;",
  );
  extend(
    "services/host/services.ts",
    "] as const satisfies",
    `  {
    name: "probe",
    collections: ["words"],
    makes: { WORD_TOLD: "up" },
    takes: ["WORD_TOLD"],
    calls: [],
    callsAcross: [],
    inDepartment: false,
  },`,
  );
  extend(
    "services/README.md",
    "| `services/client` |",
    "| `services/probe`, `services/probe/routes`, `services/probe/words` | words | all of the above |",
  );
  await inTree("buf", "generate");
  await Promise.all([inTree("tsc", "-p", ".", "--noEmit"), inTree("biome", "check", "services/probe")]);
});

afterAll(() => rmSync(tree, { recursive: true, force: true }));

test("a node has the new service: configured, launched, called over the mesh, and its event is relayed to the province and taken there", async () => {
  const { stdout } = await inTree(process.execPath, "test/new-service/trial.ts", join(tree, "trial"));
  expect(JSON.parse(stdout)).toEqual({
    services: ["catalog", "identity", "governance", "issue", "usage", "sync", "supervision", "extension", "probe"],
    city: ["照"],
    province: ["照"],
  });
});

test("what holds of every service is asked of it, too", async () => {
  const tests = ["services", "skeleton", "map", "floors", "contracts"].map((name) => `test/${name}.test.ts`);
  // Ends with 1 where a test fails; which, the report tells.
  await inTree("vitest", "run", "--reporter=json", "--outputFile=report.json", ...tests).catch(() => {});
  const { testResults } = JSON.parse(readFileSync(join(tree, "report.json"), "utf8")) as Report;
  const results = testResults.flatMap((file) => file.assertionResults);
  expect(results.filter(({ status }) => status !== "passed")).toEqual([]);
  expect(results.filter(({ fullName }) => fullName.includes("probe")).length).toBeGreaterThan(8);
});

interface Report {
  testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}
