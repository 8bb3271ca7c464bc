import { readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createKeyFileDevice } from "../../agent/device/key-file-device.ts";
import type { SignatureAlgorithm } from "../../services/trust/algorithm.ts";
import { toPem } from "../../services/trust/pem.ts";
import { encryptPkcs8, generateSm2Key } from "../../services/trust/sm2/private-key.ts";
import { createBench } from "../trust/openssl.ts";
import { describeDeviceContract } from "./device-contract.ts";

async function makeFiles() {
  const root = await mkdtemp(join(tmpdir(), "ecert-key-files-"));
  const directory = join(root, "keys");
  const passphraseFile = join(root, "passphrase");
  await mkdir(directory);
  await writeFile(passphraseFile, "trial passphrase\n", { mode: 0o600 });
  return { root, directory, passphraseFile };
}

const held: Record<string, SignatureAlgorithm> = {
  sm2: "sm2-sm3",
  p256: "ecdsa-p256-sha256",
  rsa: "rsa-pkcs1-sha256",
};

describeDeviceContract(
  "key files",
  async () => {
    const { root, directory, passphraseFile } = await makeFiles();
    const device = createKeyFileDevice({ directory, passphraseFile });
    for (const [label, algorithm] of Object.entries(held)) await device.generateKey(label, algorithm, 2048);
    return {
      device,
      takeAway: () => rename(directory, `${directory}.away`),
      giveBack: () => rename(`${directory}.away`, directory),
      dispose: () => rm(root, { recursive: true }),
    };
  },
  { held },
);

test("key files are encrypted PKCS#8, readable by their owner only, and openssl opens them", async () => {
  const { root, directory, passphraseFile } = await makeFiles();
  const device = createKeyFileDevice({ directory, passphraseFile });
  await device.generateKey("seal", "sm2-sm3");
  await device.close();
  const file = join(directory, "seal.key.pem");
  expect(readFileSync(file, "utf8")).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const bench = createBench();
  expect(bench.openssl("pkey", "-in", file, "-passin", `file:${passphraseFile}`, "-noout", "-text")).toContain("SM2");
  await writeFile(passphraseFile, "wrong");
  const locked = createKeyFileDevice({ directory, passphraseFile });
  await expect(locked.sign("seal", Buffer.from("x"))).rejects.toThrow("right passphrase");
  await expect(locked.sign("../seal", Buffer.from("x"))).rejects.toMatchObject({ reason: "DEVICE_FAULT" });
  bench.close();
  await rm(root, { recursive: true });
});

test("a key file that is not encrypted, or that others can read, is refused with what to do", async () => {
  const { root, directory, passphraseFile } = await makeFiles();
  const { pkcs8 } = generateSm2Key();
  await writeFile(join(directory, "plain.key.pem"), toPem("PRIVATE KEY", pkcs8), { mode: 0o600 });
  await writeFile(join(directory, "open.key.pem"), encryptPkcs8(pkcs8, "trial passphrase"), { mode: 0o640 });
  const device = createKeyFileDevice({ directory, passphraseFile });
  for (const [label, remedy] of [
    ["plain", "openssl pkcs8 -topk8"],
    ["open", "chmod 600"],
  ] as const) {
    const refusal = { reason: "DEVICE_FAULT", message: expect.stringContaining(remedy) };
    await expect(device.sign(label, Buffer.from("x"))).rejects.toMatchObject(refusal);
  }
  await device.close();
  await rm(root, { recursive: true });
});
