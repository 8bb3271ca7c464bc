import { execFile } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeLivingTrial } from "../../ops/demo/living.ts";
import { ensureGo } from "../../ops/languages/go.ts";
import { wheelFolder } from "../../ops/languages/wheels.ts";
import { onPath } from "../../ops/setup/host.mjs";
import { type CatalogFile, readCatalogFiles } from "../../ops/trial/catalog-files.ts";
import { startTrial, type Trial } from "../../ops/trial/trial.ts";

const ROOT = join(import.meta.dirname, "../..");
const SAMPLES = join(ROOT, "proto/samples");
/** Compilers and their downloads, on a machine that does other things too. */
const PATIENCE_MS = 900_000;
const LANGUAGES = ["Python", "Go", "Java"];

/** The blocks of commands of the page between two headings. */
function blocksOf(from: string, to: string): string[] {
  const text = readFileSync(join(SAMPLES, "README.md"), "utf8");
  const [section = ""] = text.slice(text.indexOf(from) + from.length).split(to);
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
}

/** The last two blocks of a language: how code is generated, and how the sample is run. */
const commandsOf = (language: string) => blocksOf(`\n## ${language}\n`, "\n## ").slice(-2) as [string, string];

/** A command of a few lines in a folder: exit code and what it prints. */
function shell(script: string, cwd: string, env: NodeJS.ProcessEnv) {
  return promisify(execFile)("sh", ["-euc", script], { cwd, env, maxBuffer: 64 << 20 }).then(
    (good) => ({ code: 0, ...good }),
    (error) => error as { code: number; stdout: string; stderr: string },
  );
}

describe("samples in other languages, by the commands of their page", () => {
  let trial: Trial;
  let env: NodeJS.ProcessEnv;
  const directory = mkdtempSync(join(tmpdir(), "ecert-languages-"));
  const licence = readCatalogFiles().find((file) => file.name === "营业执照") as CatalogFile;
  const keep = (name: string, text: string) => {
    const file = join(directory, name);
    writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const folderOf = (language: string) => join(directory, "proto/samples", language.toLowerCase());

  beforeAll(async () => {
    // What is generated and built stays out of the tree.
    for (const part of ["ecert", "buf", "google", "samples"]) {
      cpSync(join(ROOT, "proto", part), join(directory, "proto", part), { recursive: true });
    }
    trial = await startTrial({ directory: join(directory, "trial"), layout: "one", store: { engine: "sqlite" } });
    writeLivingTrial(trial, { serial: "", identifier: "" }, join(directory, "artefacts"));
    cpSync(join(ROOT, "ops/seed/catalog"), join(directory, "ops/seed/catalog"), { recursive: true });
    const { stdout } = await shell(`${blocksOf("", "## Python")[0]} env -0`, directory, process.env);
    env = Object.fromEntries(stdout.split("\0").map((line) => /^([^=]*)=([\s\S]*)$/.exec(line)?.slice(1) ?? []));
  });
  afterAll(async () => {
    await trial?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  test("what they are built with is here, or the failure says what to provide", { timeout: PATIENCE_MS }, async () => {
    const requirements = readFileSync(join(SAMPLES, "python/requirements.txt"), "utf8");
    const wheels = await wheelFolder("python-sample", requirements);
    const bin = join(directory, "bin");
    mkdirSync(bin);
    const program = (name: string, line: string) => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    // In place of a virtual environment, and of Debian's protoc.
    const python = await onPath("python3");
    program("python3", `PYTHONPATH="${wheels}\${PYTHONPATH:+:$PYTHONPATH}" exec ${python} "$@"`);
    program("protoc", 'exec python3 -m grpc_tools.protoc "$@"');
    env = { ...env, GOTOOLCHAIN: "local", PATH: [bin, await ensureGo(), process.env.PATH].join(delimiter) };
    for (const [command, name] of [
      ["javac", "openjdk-17-jdk-headless"],
      ["mvn", "maven"],
    ] as const) {
      expect(await onPath(command), `${command} 缺失 · is missing: install Debian's ${name}`).toBeDefined();
    }
  });

  describe.each(LANGUAGES)("%s", (language) => {
    test("generates its code from the contracts, without buf", { timeout: PATIENCE_MS }, async () => {
      const { code, stderr } = await shell(commandsOf(language)[0], folderOf(language), env);
      expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
    });

    test("issues a licence and uses it in another city", { timeout: PATIENCE_MS }, async () => {
      const { code, stdout, stderr } = await shell(commandsOf(language)[1], folderOf(language), env);
      expect(code, stderr + stdout).toBe(0);
      const { name, legalRepresentative } = licence.example.data;
      // Maven puts resets of a terminal's colours around what a program prints.
      expect(JSON.parse(/\{.*\}/.exec(stdout)?.[0] ?? "")).toEqual({
        identifier: expect.stringContaining("11440106MB9DEM11X6"),
        verdict: "VERDICT_VALID",
        data: { name, legalRepresentative },
      });
    });

    test("tells what was refused: reason, sentence in Chinese, fields", { timeout: PATIENCE_MS }, async () => {
      const bad = { ...env, ECERT_DATA: keep("bad.json", '{"name": 5}'), ECERT_SERIAL: `bad-${language}` };
      const { code, stdout, stderr } = await shell(commandsOf(language)[1], folderOf(language), bad);
      expect(code, stdout).not.toBe(0);
      expect(stderr).toMatch(/^reason: DATA_INVALID$/m);
      expect(stderr).toMatch(/^ {2}\/data\/name: ./m);
      expect(stderr).toMatch(/\p{Script=Han}{4}/u);
    });
  });
});
