import { Refusal } from "../../services/domain/refusal.ts";
import type { Device, DeviceKey } from "../device/device.ts";
import type { OpenDevice } from "../device/open-device.ts";
import { print } from "./arguments.ts";
import type { Begun } from "./begun.ts";

/** Keys that can be made, by the names of the command line. */
export const KEY_ALGORITHMS = {
  p256: { algorithm: "ecdsa-p256-sha256", bits: undefined },
  sm2: { algorithm: "sm2-sm3", bits: undefined },
  rsa2048: { algorithm: "rsa-pkcs1-sha256", bits: 2048 },
  rsa3072: { algorithm: "rsa-pkcs1-sha256", bits: 3072 },
} as const;

/** One of {@link KEY_ALGORITHMS}. */
export type KeyKind = (typeof KEY_ALGORITHMS)[keyof typeof KEY_ALGORITHMS];

/** The kind of key with a name of the command line. Refuses (`INVALID_FIELD`) an unknown one. */
export function keyKind(name: string): KeyKind {
  if (Object.hasOwn(KEY_ALGORITHMS, name)) return KEY_ALGORITHMS[name as keyof typeof KEY_ALGORITHMS];
  throw new Refusal("INVALID_FIELD", `--algorithm: one of ${Object.keys(KEY_ALGORITHMS).join(", ")}`);
}

/** The key with that label, if there is one. Refuses (`ALREADY_EXISTS`) a label that stands for a key of another algorithm. */
export async function heldKey(device: Device, label: string, { algorithm }: KeyKind): Promise<DeviceKey | undefined> {
  const held = (await device.keys()).find((key) => key.label === label);
  if (!held || held.algorithm === algorithm) return held;
  throw new Refusal("ALREADY_EXISTS", `key ${label} is there with ${held.algorithm}: choose another label`);
}

/** The key with that label, made where it is absent, and told. Refuses as {@link heldKey} does. */
export async function makeKey(device: OpenDevice, label: string, kind: KeyKind, begun: Begun): Promise<DeviceKey> {
  begun.goOn();
  const held = await heldKey(device, label, kind);
  if (held) {
    print(`key ${label}: there already`);
    return held;
  }
  begun.doing(`key ${label} in the device`, async () => {
    const half = (await device.keys()).find((key) => key.label === label);
    if (half) await device.removeKey?.(label, half.publicKey);
  });
  const made = await device.generateKey(label, kind.algorithm, kind.bits);
  print(`key ${label}: made in the device, ${kind.algorithm}`);
  return made;
}
