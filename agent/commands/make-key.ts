import { Refusal } from "../../services/domain/refusal.ts";
import type { Device, DeviceKey } from "../device/device.ts";
import { print } from "./arguments.ts";

/** Keys that can be made, by the names of the command line. */
export const KEY_ALGORITHMS = {
  p256: { algorithm: "ecdsa-p256-sha256", bits: undefined },
  sm2: { algorithm: "sm2-sm3", bits: undefined },
  rsa2048: { algorithm: "rsa-pkcs1-sha256", bits: 2048 },
  rsa3072: { algorithm: "rsa-pkcs1-sha256", bits: 3072 },
} as const;

/**
 * The key with that label, made where it is absent, and told. Refuses (`INVALID_FIELD`) an unknown algorithm, and
 * (`ALREADY_EXISTS`) a label that stands for a key of another algorithm.
 */
export async function makeKey(device: Device, label: string, name: string): Promise<DeviceKey> {
  const kind = KEY_ALGORITHMS[name as keyof typeof KEY_ALGORITHMS];
  if (!kind) throw new Refusal("INVALID_FIELD", `--algorithm: one of ${Object.keys(KEY_ALGORITHMS).join(", ")}`);
  const { algorithm, bits } = kind;
  const held = (await device.keys()).find((key) => key.label === label);
  if (!held) {
    const made = await device.generateKey(label, algorithm, bits);
    print(`key ${label}: made in the device, ${algorithm}`);
    return made;
  }
  if (held.algorithm !== algorithm) {
    throw new Refusal("ALREADY_EXISTS", `key ${label} is there with ${held.algorithm}: choose another label`);
  }
  print(`key ${label}: there already`);
  return held;
}
