import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Device, DeviceKey } from "../../agent/device/device.ts";
import { readPublicKey, type SignatureAlgorithm, suiteSignatureHolds } from "../../services/trust/algorithm.ts";

/** Keys that a device under test holds, by label. */
export type HeldKeys = Readonly<Record<string, SignatureAlgorithm>>;

/** What SoftHSM and the fake device hold. */
export const COMMON_KEYS: HeldKeys = { p256: "ecdsa-p256-sha256", rsa: "rsa-pkcs1-sha256" };

/** What the contract runs against: a device that holds certain keys, and a way to take it away and back. */
export interface DeviceUnderTest {
  device: Device;
  takeAway(): Promise<void>;
  giveBack(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * The behaviour that every {@link Device} has to show, real or fake. `makesKeys` is false for devices whose keys only the
 * vendor's own tool makes.
 */
export function describeDeviceContract(
  name: string,
  open: () => Promise<DeviceUnderTest>,
  { held = COMMON_KEYS, makesKeys = true } = {},
): void {
  const labels = Object.keys(held);
  const [first = ""] = labels;
  const last = labels.at(-1) ?? "";

  describe(`device contract: ${name}`, () => {
    let under: DeviceUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.device.close();
      await under.dispose();
    });

    const keyOf = async (label: string) => (await under.device.keys()).find((key) => key.label === label) as DeviceKey;

    test("lists its keys with algorithm and public half", async () => {
      const keys = await under.device.keys();
      expect(Object.fromEntries(keys.map(({ label, algorithm }) => [label, algorithm]))).toEqual(held);
      for (const key of keys) expect(readPublicKey(key.publicKey).kind).not.toBe("unsupported");
    });

    test.each(labels)("signs with %s so that the public half verifies, and only over those bytes", async (label) => {
      const key = await keyOf(label);
      const bytes = new TextEncoder().encode("电子证照");
      const signature = await under.device.sign(label, bytes);
      expect(holds(key, bytes, signature)).toBe(true);
      expect(holds(key, new TextEncoder().encode("别的"), signature)).toBe(false);
    });

    test("answers many requests at once, each with its own signature", async () => {
      const key = await keyOf(first);
      const texts = Array.from({ length: 300 }, (_, i) => Buffer.from(`message ${i}`));
      const signatures = await Promise.all(texts.map((text) => under.device.sign(first, text)));
      expect(texts.every((text, i) => holds(key, text, signatures[i] as Uint8Array))).toBe(true);
    });

    test("refuses a label that it does not hold, for good", async () => {
      const refusal = { reason: "DEVICE_FAULT", retryAfterMs: undefined };
      await expect(under.device.sign("absent", Buffer.from("x"))).rejects.toMatchObject(refusal);
      // A second time too, and without harm to the keys that are there.
      await expect(under.device.sign("absent", Buffer.from("x"))).rejects.toMatchObject(refusal);
      expect((await under.device.sign(first, Buffer.from("x"))).length).toBeGreaterThan(60);
    });

    if (!makesKeys) process.stderr.write(`${name}: making keys skipped, its interface has no call for it\n`);
    test.runIf(makesKeys)("makes a key that signs at once, and refuses a label that is taken", async () => {
      const algorithm = held[first] as SignatureAlgorithm;
      const made = await under.device.generateKey("fresh", algorithm);
      const bytes = Buffer.from("first");
      expect(holds(made, bytes, await under.device.sign("fresh", bytes))).toBe(true);
      await expect(under.device.generateKey("fresh", held[last] as SignatureAlgorithm)).rejects.toMatchObject({
        reason: "ALREADY_EXISTS",
      });
    });

    test("is healthy by a real signature, away while its token is, and healthy again afterwards", async () => {
      expect(await under.device.health()).toMatchObject({ healthy: true });
      await under.device.sign(first, Buffer.from("warm"));
      await under.takeAway();
      expect(await under.device.health()).toEqual({ healthy: false, reason: "DEVICE_AWAY" });
      await expect(under.device.sign(first, Buffer.from("x"))).rejects.toMatchObject({
        reason: "DEVICE_AWAY",
        retryAfterMs: expect.any(Number),
      });
      await expect(under.device.sign(last, Buffer.from("x"))).rejects.toMatchObject({ reason: "DEVICE_AWAY" });
      await under.giveBack();
      await expect.poll(() => under.device.health(), { timeout: 5_000 }).toMatchObject({ healthy: true });
      expect(holds(await keyOf(last), Buffer.from("x"), await under.device.sign(last, Buffer.from("x")))).toBe(true);
    });
  });
}

function holds({ publicKey }: DeviceKey, bytes: Uint8Array, signature: Uint8Array): boolean {
  return suiteSignatureHolds(readPublicKey(publicKey), bytes, signature);
}
