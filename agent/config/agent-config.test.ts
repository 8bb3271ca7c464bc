import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readAgentConfig } from "./agent-config.ts";

const directory = mkdtempSync(join(tmpdir(), "ecert-agent-config-"));
afterAll(() => rmSync(directory, { recursive: true }));

const PKCS11 = { module: "/lib/p11.so", tokenLabel: "dept", pinFile: "pin" };
const SDF = {
  kind: "sdf",
  driver: "sdf-driver",
  library: "/lib/libsdf.so",
  keys: [{ label: "seal", index: 1, passwordFile: "p" }],
};
const FILES = { kind: "key-file", directory: "keys", passphraseFile: "passphrase" };

function read(device: object, changes: object = {}) {
  const file = join(directory, "agent.json");
  const config = {
    agent: "mzj",
    node: "440100",
    province: { node: "440000", publicKeyFile: "province.pem" },
    device,
    journalDirectory: "journal",
    policyFile: "policy.json",
    tls: { certificateFile: "a", privateKeyFile: "b", caFile: "c" },
    cores: [{ name: "a", address: "localhost:1" }],
    ...changes,
  };
  writeFileSync(file, JSON.stringify(config));
  return readAgentConfig(file);
}

const faultsIn = (device: object, changes?: object): string[] => {
  try {
    read(device, changes);
  } catch (error) {
    return (error as { fields: { field: string }[] }).fields.map(({ field }) => field);
  }
  return [];
};

test("fonts for rare characters are named by file and digest", () => {
  const sha256 = "0a".repeat(32);
  expect(read(PKCS11).fonts).toBeUndefined();
  expect(read(PKCS11, { fonts: [] }).fonts).toEqual([]);
  expect(read(PKCS11, { fonts: [{ fontFile: "own.ttf", sha256 }] }).fonts).toEqual([
    { fontFile: join(directory, "own.ttf"), sha256 },
  ]);
  expect(faultsIn(PKCS11, { fonts: [{ fontFile: "own.ttf", sha256: "0A" }] })).toEqual(["fonts[0].sha256"]);
});

describe("the device of an agent's configuration", () => {
  test("is PKCS#11 without a kind, with vendor and numbers for SM2", () => {
    expect(read(PKCS11).device).toMatchObject({ kind: "pkcs11", processes: 1, mechanisms: [], vendor: undefined });
    const numbers = { algorithm: "sm2-sm3", keyType: 0x80000004, sign: 0x80008104, generate: 0x80008001 };
    const { device } = read({ ...PKCS11, kind: "pkcs11", vendor: "sansec", mechanisms: [numbers] });
    expect(device).toMatchObject({ vendor: "sansec", mechanisms: [{ ...numbers, digest: "host", signature: "raw" }] });
    const inHex = { algorithm: "sm2-sm3", keyType: "0x80000004", sign: "0x80008104", generate: "0x80008001" };
    expect(read({ ...PKCS11, mechanisms: [inHex] }).device).toMatchObject({ mechanisms: [numbers] });
    expect(faultsIn({ ...PKCS11, mechanisms: [{ ...inHex, sign: "80008104" }] })).toEqual([
      "device.mechanisms[0].sign",
    ]);
    expect(faultsIn({ ...PKCS11, vendor: "acme" })).toEqual(["device.vendor"]);
    expect(faultsIn({ ...PKCS11, mechanisms: [{ ...numbers, signature: "hex" }] })).toEqual([
      "device.mechanisms[0].signature",
    ]);
  });

  test("can be SDF, with its keys by number; paths are relative to the file", () => {
    expect(read(SDF).device).toMatchObject({ kind: "sdf", driver: join(directory, "sdf-driver"), processes: 1 });
    expect(faultsIn({ ...SDF, keys: [] })).toEqual(["device.keys"]);
    expect(faultsIn({ ...SDF, pinFile: "pin" })).toEqual(["device.pinFile"]);
  });

  test("can be key files on a trial host, and nowhere else", () => {
    expect(faultsIn(FILES)).toEqual(["device.kind"]);
    expect(faultsIn(FILES, { trial: false })).toEqual(["device.kind"]);
    expect(read(FILES, { trial: true })).toMatchObject({ trial: true, device: { kind: "key-file" } });
  });

  test("is refused with an unknown kind", () => {
    expect(faultsIn({ kind: "skf" })).toEqual(["device.kind"]);
    expect(faultsIn({ kind: 5 })).toEqual(["device.kind"]);
  });
});
