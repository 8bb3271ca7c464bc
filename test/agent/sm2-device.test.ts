import { rename, writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { Mechanism } from "../../agent/device/driver-protocol.ts";
import { createPkcs11Device, type Pkcs11Options } from "../../agent/device/pkcs11-device.ts";
import { VENDOR_PRESETS, VENDORS } from "../../agent/device/vendor-presets.ts";
import { readPublicKey, suiteSignatureHolds } from "../../services/trust/algorithm.ts";
import { toPem } from "../../services/trust/pem.ts";
import { makeSm2Token, type Sm2Token } from "../fixtures/sm2-token.ts";
import { createBench } from "../trust/openssl.ts";
import { describeDeviceContract } from "./device-contract.ts";

function open({ module, tokenLabel, pinFile, env }: Sm2Token, options: Partial<Pkcs11Options>) {
  return createPkcs11Device({ module, tokenLabel, pinFile, environment: env, ...options });
}

/** A mechanism that digests by itself, as some vendors' `SM2 with SM3` does. */
const WHOLE_MESSAGE: Mechanism = {
  algorithm: "sm2-sm3",
  keyType: 0x8000_0004,
  generate: 0x8000_8001,
  sign: 0x8000_8100,
  digest: "device",
  signature: "der",
};

for (const [name, mechanism, options] of [
  ["Sansec: prepared digest, r ‖ s", VENDOR_PRESETS.sansec, { vendor: "sansec" }],
  ["TASS: prepared digest, DER", VENDOR_PRESETS.tass, { vendor: "tass" }],
  ["own numbers: the device digests", WHOLE_MESSAGE, { mechanisms: [WHOLE_MESSAGE] }],
] as const) {
  describeDeviceContract(
    `SM2 token by vendor's numbers, ${name}`,
    async () => {
      const token = await makeSm2Token(mechanism);
      const device = open(token, options);
      await device.generateKey("seal", "sm2-sm3");
      await device.generateKey("second", "sm2-sm3");
      return {
        device,
        takeAway: () => rename(token.tokenDirectory, `${token.tokenDirectory}.away`),
        giveBack: () => rename(`${token.tokenDirectory}.away`, token.tokenDirectory),
        dispose: () => token.dispose(),
      };
    },
    { held: { seal: "sm2-sm3", second: "sm2-sm3" } },
  );
}

describe("SM2 in a PKCS#11 device", () => {
  test.each(VENDORS)("signs by the preset of %s so that openssl accepts it", async (vendor) => {
    const token = await makeSm2Token(VENDOR_PRESETS[vendor]);
    const device = open(token, { vendor });
    const bench = createBench();
    const { publicKey } = await device.generateKey("seal", "sm2-sm3");
    bench.file("public.pem", toPem("PUBLIC KEY", publicKey));
    const message = Buffer.from(`signed as ${vendor} does`);
    bench.file("message", message);
    bench.file("signature", await device.sign("seal", message));
    const args = ["pkeyutl", "-verify", "-pubin", "-inkey", "public.pem", "-rawin", "-digest", "sm3"];
    const files = ["-in", "message", "-sigfile", "signature"];
    const text = bench.openssl(...args, "-pkeyopt", "distid:1234567812345678", ...files);
    expect(text).toContain("Verified Successfully");
    await device.close();
    await token.dispose();
    bench.close();
  });

  test("stands beside P-256 by the standard's numbers in one token, each key signing by its own", async () => {
    const token = await makeSm2Token(VENDOR_PRESETS.tass);
    const device = open(token, { vendor: "tass" });
    for (const [label, algorithm] of [
      ["old", "ecdsa-p256-sha256"],
      ["new", "sm2-sm3"],
    ] as const) {
      const { publicKey } = await device.generateKey(label, algorithm);
      const text = Buffer.from(label);
      expect(suiteSignatureHolds(readPublicKey(publicKey), text, await device.sign(label, text))).toBe(true);
    }
    const listed = (await device.keys()).map(({ label, algorithm }) => `${label} ${algorithm}`);
    expect(listed.sort()).toEqual(["new sm2-sm3", "old ecdsa-p256-sha256"]);
    await device.close();
    await token.dispose();
  });

  test("with the wrong form, number or vendor in the configuration is refused, with what to mend", async () => {
    const token = await makeSm2Token(VENDOR_PRESETS.sansec);
    const right = open(token, { vendor: "sansec" });
    await right.generateKey("seal", "sm2-sm3");
    await right.close();
    for (const [options, remedy] of [
      [{ mechanisms: [{ ...VENDOR_PRESETS.sansec, signature: "der" as const }] }, "raw or der"],
      [{ mechanisms: [{ ...VENDOR_PRESETS.sansec, sign: 0x8000_8000 }] }, "mechanism numbers"],
      [{ vendor: "luna" as const }, "name a key"],
      [{}, "name a key"],
    ] as const) {
      const device = open(token, options);
      const refusal = { reason: "DEVICE_FAULT", retryAfterMs: undefined, message: expect.stringContaining(remedy) };
      await expect(device.sign("seal", Buffer.from("x"))).rejects.toMatchObject(refusal);
      await device.close();
    }
    const none = open(token, {});
    await expect(none.generateKey("other", "sm2-sm3")).rejects.toThrow("set `vendor`");
    expect(await none.keys()).toEqual([]);
    await none.close();
    await token.dispose();
  });

  test("loses no answer when its driver is killed, and tries a wrong PIN once", async () => {
    const token = await makeSm2Token(VENDOR_PRESETS.tass);
    const device = open(token, { vendor: "tass", processes: 2 });
    await device.generateKey("seal", "sm2-sm3");
    const work = Promise.all(Array.from({ length: 200 }, (_, i) => device.sign("seal", Buffer.from(`${i}`))));
    for (const pid of device.pids()) process.kill(pid, "SIGKILL");
    expect((await work).every((signature) => signature[0] === 0x30)).toBe(true);
    await device.close();
    await writeFile(token.pinFile, "00000000");
    const locked = open(token, { vendor: "tass" });
    await expect(locked.keys()).rejects.toMatchObject({ metadata: { deviceCode: "0xa0" } });
    await locked.close();
    await token.dispose();
  });
});
