import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, describe, expect, test } from "vitest";
import type { NodeConfig } from "../../services/host/config.ts";
import { SERVICE_NAMES } from "../../services/host/services.ts";
import { makeNodeFiles } from "./node-files.ts";

/** What a start does without: each of these takes a twentieth of it or more, and most processes never need it. */
const LATER = [
  "ajv",
  "pdf-lib",
  "qrcode",
  "read-excel-file",
  "write-excel-file",
  "echarts",
  "protobufjs",
  "nats",
  "mongodb",
];

const MAIN = join(import.meta.dirname, "../../services/main.ts");
const files = makeNodeFiles();

afterAll(() => files.remove());

function write(config: object): string {
  const path = join(files.directory, "config.json");
  writeFileSync(path, JSON.stringify(config));
  return path;
}

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { code, out, err };
}

const check = (config: object) => run("--config", write(config), "--check");

describe("the launcher", () => {
  test("explains itself", async () => {
    const { code, out } = await run("--help");
    expect(code).toBe(0);
    expect(out).toContain("--config FILE");
    expect((await run()).err).toContain("--config FILE is missing");
  });

  test("checks a configuration and the files that it names", async () => {
    const config = files.config(["catalog"]);
    expect(await check(config)).toMatchObject({ code: 0, err: "" });
  });

  test("tells every mistake of a configuration in words, and no stack", async () => {
    const { code, err } = await check({ ...files.config(["catalog"]), listners: {}, replica: "Ä" });
    expect(code).toBe(1);
    expect(err).toContain('/listners: unknown key (did you mean "listeners"?)');
    expect(err).toContain("/replica: ");
    expect(err).not.toContain("    at ");
  });

  test("refuses files that are missing, of the wrong kind, not paired, or readable by others", async () => {
    const config = files.config(["catalog", "issue"]);
    const other = files.certify("service", ["catalog"]);
    chmodSync(config.nodeKey.privateKeyFile, 0o644);
    const wrong: NodeConfig = {
      ...config,
      tls: { ...config.tls, ...other, privateKeyFile: config.tls.privateKeyFile, caFile: "/nowhere/ca.pem" },
      tokens: { ...config.tokens, publicKeyFile: other.certificateFile },
      staff: {
        ...{ origin: "https://linghai.example", signInOrigin: "https://linghai.example:9443" },
        authorities: { anchorFiles: [files.caFile], revocationListFiles: ["/nowhere/staff.crl"] },
        ...{ idleSeconds: 1_800, absoluteSeconds: 43_200 },
      },
      fonts: [
        { fontFile: "/nowhere/rare.ttf", sha256: "0".repeat(64) },
        { fontFile: other.certificateFile, sha256: "0".repeat(64) },
      ],
    };
    const { err } = await check(wrong);
    chmodSync(config.nodeKey.privateKeyFile, 0o600);
    for (const mistake of [
      "/tls/privateKeyFile: is not the key of the certificate",
      "/tls/certificateFile: lacks the name ecert://440100/service/issue",
      "/tls/caFile: /nowhere/ca.pem cannot be read",
      "/tokens/publicKeyFile: holds no Ed25519 public key",
      "can be read by others (chmod 600)",
      "/staff/authorities/revocationListFiles/0: /nowhere/staff.crl cannot be read",
      "/staff/origin: linghai.example is no name in ",
      "/fonts/0/fontFile: /nowhere/rare.ttf cannot be read",
      "/fonts/1/sha256: is not the digest of ",
    ]) {
      expect(err).toContain(mistake);
    }
  });

  test.each(["mesh", "public", "connect", "admin"] as const)("ends where the address of %s is taken", async (name) => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as AddressInfo;
    const signers = { anchorFiles: [files.config(["catalog"]).tls.caFile] };
    const config = { ...files.config([...SERVICE_NAMES]), signers };
    const listeners = { ...config.listeners, [name]: { ...config.listeners[name], address: `127.0.0.1:${port}` } };
    const { code, err } = await run("--config", write({ ...config, listeners }));
    taken.close();
    expect(code).toBe(1);
    expect(err).toContain(`/listeners/${name}/address cannot be listened on`);
    expect(err).toContain("no other program has");
  });

  test("starts, tells its addresses in one line, holds its data for itself, loads nothing that most never need, and stops on SIGTERM with code 0", async () => {
    const signers = { anchorFiles: [files.caFile] };
    const config = { ...files.config([...SERVICE_NAMES]), signers };
    const path = write(config);
    const packages = join(files.directory, "packages.json");
    const child = spawn(
      process.execPath,
      ["--import", join(import.meta.dirname, "record-packages.ts"), MAIN, "--config", path],
      { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, ECERT_PACKAGES_FILE: packages } },
    );
    const exit = once(child, "exit");
    const [line] = await once(createInterface(child.stdout), "line");
    const { ready, addresses, ...rest } = JSON.parse(line);
    expect({ ready, ...rest }).toEqual({ ready: true, node: "440100", replica: "a", services: SERVICE_NAMES });
    expect((await fetch(`http://${addresses.admin}/readyz`)).status).toBe(200);

    const second = await run("--config", path);
    expect(second.code).toBe(1);
    expect(second.err).toContain("is held by process");

    child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
    const loaded: string[] = JSON.parse(readFileSync(packages, "utf8"));
    expect(loaded).toContain("@grpc/grpc-js");
    expect(loaded.filter((name) => LATER.includes(name))).toEqual([]);
  });
});
