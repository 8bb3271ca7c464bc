import { verify } from "node:crypto";
import { Refusal } from "../../services/domain/refusal.ts";
import { type PublicKey, readPublicKey, suiteSignatureHolds } from "../../services/trust/algorithm.ts";
import type { Device, DeviceHealth, DeviceKey } from "./device.ts";

/** What health signs: a text that nobody can take for a data message, CMS attributes or a certificate request. */
const HEALTH_TEXT = new TextEncoder().encode("ecert.device.health.v1");

/**
 * Makes the `health` of a device out of its other methods: a real signature by one key, in turn, verified with that key's
 * public half. Keys are listed once, and again after a failure.
 */
export function createHealthProbe(device: Pick<Device, "keys" | "sign" | "about">): () => Promise<DeviceHealth> {
  let keys: DeviceKey[] = [];
  let turn = 0;
  return async () => {
    const start = performance.now();
    try {
      if (keys.length === 0) keys = await device.keys();
      const key = keys[turn++ % keys.length];
      if (key === undefined) return { healthy: false, reason: "DEVICE_FAULT" };
      const signature = await device.sign(key.label, HEALTH_TEXT);
      const good = await verifySignature(readPublicKey(key.publicKey), HEALTH_TEXT, signature);
      if (!good) return { healthy: false, reason: "DEVICE_FAULT" };
      const latencyMs = performance.now() - start;
      // A device that signs and does not say which one it is signs all the same.
      const about = await device.about().catch(() => undefined);
      return { healthy: true, latencyMs, ...(about && { about }) };
    } catch (error) {
      keys = [];
      const away = error instanceof Refusal && error.reason === "DEVICE_AWAY";
      return { healthy: false, reason: away ? "DEVICE_AWAY" : "DEVICE_FAULT" };
    }
  };
}

/**
 * Verifies a device's signature in the suite of its key (ECDSA and SM2 as DER, RSA PKCS #1 v1.5). For P-256 and RSA it takes
 * as long as signing did, so a thread of the pool does it, beside the loop; SM2 is computed here, in about 0.5 ms.
 */
export function verifySignature(key: PublicKey, signedBytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  if (key.kind === "sm2") return Promise.resolve(suiteSignatureHolds(key, signedBytes, signature));
  return new Promise((resolve, reject) => {
    verify("sha256", signedBytes, key.key, signature, (error, good) => {
      if (error) reject(error);
      else resolve(good);
    });
  });
}
