import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What a command-line oracle said. */
export interface Verdict {
  ok: boolean;
  /** Both output streams. */
  text: string;
}

/** A directory for the files of one test file, and programs run in it. */
export interface Bench {
  readonly directory: string;
  /** Writes a file and returns its path. */
  file(name: string, content: string | Uint8Array): string;
  /** Text of a file, by its name here or its path. */
  read(name: string): string;
  run(program: string, ...args: string[]): Verdict;
  /** Like `run` with openssl; the verdict must be good. */
  openssl(...args: string[]): string;
  close(): void;
}

/** Makes a bench; `close` removes it with everything in it. */
export function createBench(): Bench {
  const directory = mkdtempSync(join(tmpdir(), "trust-"));
  const run = (program: string, ...args: string[]): Verdict => {
    const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: directory, encoding: "utf8" });
    if (error !== undefined) throw error;
    return { ok: status === 0, text: stdout + stderr };
  };
  return {
    directory,
    file: (name, content) => {
      writeFileSync(join(directory, name), content);
      return join(directory, name);
    },
    read: (name) => readFileSync(resolve(directory, name), "utf8"),
    run,
    openssl: (...args) => {
      const { ok, text } = run("openssl", ...args);
      if (!ok) throw new Error(`openssl ${args.join(" ")}: ${text}`);
      return text;
    },
    close: () => rmSync(directory, { recursive: true }),
  };
}
