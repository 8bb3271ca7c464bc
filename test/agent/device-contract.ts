import { createPublicKey, verify } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Device } from "../../agent/device/device.ts";

/** What the contract runs against: a device that holds the keys `p256` and `rsa`, and a way to take it away and back. */
export interface DeviceUnderTest {
  device: Device;
  takeAway(): Promise<void>;
  giveBack(): Promise<void>;
  dispose(): Promise<void>;
}

/** The behaviour that every {@link Device} has to show, real or fake. */
export function describeDeviceContract(name: string, open: () => Promise<DeviceUnderTest>): void {
  describe(`device contract: ${name}`, () => {
    let under: DeviceUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.device.close();
      await under.dispose();
    });

    test("lists its keys with algorithm and public half", async () => {
      const keys = await under.device.keys();
      const seen = keys.map(({ label, algorithm }) => `${label} ${algorithm}`).sort();
      expect(seen).toEqual(["p256 ecdsa-p256-sha256", "rsa rsa-pkcs1-sha256"]);
      for (const { publicKey } of keys) expect(publicKeyFrom(publicKey).type).toBe("public");
    });

    test.each(["p256", "rsa"])(
      "signs with %s so that the public half verifies, and only over those bytes",
      async (label) => {
        const key = (await under.device.keys()).find((candidate) => candidate.label === label);
        const publicKey = publicKeyFrom(key?.publicKey as Uint8Array);
        const bytes = new TextEncoder().encode("电子证照");
        const signature = await under.device.sign(label, bytes);
        expect(verify("sha256", bytes, publicKey, signature)).toBe(true);
        expect(verify("sha256", new TextEncoder().encode("别的"), publicKey, signature)).toBe(false);
      },
    );

    test("answers many requests at once, each with its own signature", async () => {
      const key = (await under.device.keys()).find(({ label }) => label === "p256");
      const publicKey = publicKeyFrom(key?.publicKey as Uint8Array);
      const texts = Array.from({ length: 300 }, (_, i) => Buffer.from(`message ${i}`));
      const signatures = await Promise.all(texts.map((text) => under.device.sign("p256", text)));
      expect(texts.every((text, i) => verify("sha256", text, publicKey, signatures[i] as Uint8Array))).toBe(true);
    });

    test("refuses a label that it does not hold, for good", async () => {
      const refusal = { reason: "DEVICE_FAULT", retryAfterMs: undefined };
      await expect(under.device.sign("absent", Buffer.from("x"))).rejects.toMatchObject(refusal);
      // A second time too, and without harm to the keys that are there.
      await expect(under.device.sign("absent", Buffer.from("x"))).rejects.toMatchObject(refusal);
      expect((await under.device.sign("p256", Buffer.from("x"))).length).toBeGreaterThan(60);
    });

    test("makes a key that signs at once, and refuses a label that is taken", async () => {
      const made = await under.device.generateKey("fresh", "ecdsa-p256-sha256");
      const bytes = Buffer.from("first");
      const signature = await under.device.sign("fresh", bytes);
      expect(verify("sha256", bytes, publicKeyFrom(made.publicKey), signature)).toBe(true);
      await expect(under.device.generateKey("fresh", "rsa-pkcs1-sha256")).rejects.toMatchObject({
        reason: "ALREADY_EXISTS",
      });
    });

    test("is healthy by a real signature, away while its token is, and healthy again afterwards", async () => {
      expect(await under.device.health()).toMatchObject({ healthy: true });
      await under.device.sign("p256", Buffer.from("warm"));
      await under.takeAway();
      expect(await under.device.health()).toEqual({ healthy: false, reason: "DEVICE_AWAY" });
      await expect(under.device.sign("p256", Buffer.from("x"))).rejects.toMatchObject({
        reason: "DEVICE_AWAY",
        retryAfterMs: expect.any(Number),
      });
      await expect(under.device.sign("rsa", Buffer.from("x"))).rejects.toMatchObject({ reason: "DEVICE_AWAY" });
      await under.giveBack();
      await expect.poll(() => under.device.health(), { timeout: 5_000 }).toMatchObject({ healthy: true });
      expect((await under.device.sign("rsa", Buffer.from("x"))).length).toBe(256);
    });
  });
}

function publicKeyFrom(spki: Uint8Array) {
  return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
}
