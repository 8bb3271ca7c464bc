import { Refusal } from "../../../services/domain/refusal.ts";
import { sm2Digest } from "../../../services/trust/sm2/digest.ts";
import { type Sm2PublicKey, sm2PublicKey, writeSm2PublicKey } from "../../../services/trust/sm2/public-key.ts";
import { refusalOfFault } from "../ckr.ts";
import type { Device, DeviceKey } from "../device.ts";
import { createDriverPool, type PoolOptions } from "../driver-pool.ts";
import { createHealthProbe } from "../health-probe.ts";
import { sm2Signature } from "../key-form.ts";
import { readPin } from "../pin-file.ts";
import { TokenFault } from "../token-fault.ts";
import { launchSdf } from "./sdf-channel.ts";
import { refusalOfSdf } from "./sdf-code.ts";

/** One signing key of an SDF device. */
export interface SdfKey {
  /** Name by which seals refer to the key; SDF itself knows numbers only. */
  label: string;
  /** Number of the key in the device. */
  index: number;
  /** File with the password of the private key (私钥访问控制码). */
  passwordFile: string;
}

/** How a device with the interface of GM/T 0018 is reached. Paths are absolute. */
export interface SdfOptions extends PoolOptions {
  /** The program made of `sdf-driver.c` by `agent sdf-driver`. */
  driver: string;
  /** SDF library of the vendor. */
  library: string;
  keys: readonly SdfKey[];
  /** Variables for the vendor's library. */
  environment?: Readonly<Record<string, string>>;
}

/** A {@link Device} over SDF. */
export interface SdfDevice extends Device {
  /** Process ids of the drivers that run now. */
  pids(): number[];
}

/**
 * Opens an SDF device. It signs SM2 only, over e = SM3(Z ‖ message) that is computed here. The standard has no call that makes
 * a key inside the device: `generateKey` refuses with `UNIMPLEMENTED`, the vendor's tool does it.
 */
export function createSdfDevice(options: SdfOptions): SdfDevice {
  const { driver, library, keys, environment = {} } = options;
  const { ask, pids, close } = createDriverPool(launchSdf({ driver, library, environment }), refusalOfSdf, options);
  const publicKeys = new Map<string, Sm2PublicKey>();

  async function publicKeyOf({ label, index }: SdfKey): Promise<Sm2PublicKey> {
    const { octets } = await ask({ op: "public", index });
    const key = sm2PublicKey(Buffer.concat([Uint8Array.of(4), octets]));
    publicKeys.set(label, key);
    return key;
  }

  async function listed(key: SdfKey): Promise<DeviceKey[]> {
    try {
      const publicKey = writeSm2PublicKey(await publicKeyOf(key));
      return [{ label: key.label, algorithm: "sm2-sm3", publicKey }];
    } catch (error) {
      // A number without a key is left out, as a token does not list what it does not hold.
      if (error instanceof Refusal && error.metadata.deviceCode === KEY_NOT_THERE) return [];
      throw error;
    }
  }

  const device: Omit<SdfDevice, "health"> = {
    keys: async () => (await Promise.all(keys.map(listed))).flat(),
    async sign(label, toBeSigned) {
      const key = keys.find((candidate) => candidate.label === label);
      if (!key) throw new Refusal("DEVICE_FAULT", `device: no key ${label}: name it in \`device.keys\``);
      const publicKey = publicKeys.get(label) ?? (await publicKeyOf(key));
      const digest = sm2Digest(publicKey, toBeSigned);
      const { octets } = await ask({ op: "sign", index: key.index, digest, password: password(key) });
      const signature = sm2Signature(octets, "raw");
      if (!signature)
        throw new Refusal("DEVICE_FAULT", "device: the signature is out of range", { retryAfterMs: 1_000 });
      return signature;
    },
    // The driver asks for keys and signatures alone: which device it is the vendor's tool tells.
    about: async () => ({ kind: "sdf", label: "", maker: "", model: "", serial: "" }),
    generateKey: async () => {
      throw new Refusal("UNIMPLEMENTED", "GM/T 0018 makes no keys in the device: use the vendor's tool");
    },
    pids,
    close,
  };
  return { ...device, health: createHealthProbe(device) };
}

/** SDR_KEYNOTEXIST. */
const KEY_NOT_THERE = "0x01000008";

function password({ passwordFile }: SdfKey): string {
  try {
    return readPin(passwordFile);
  } catch (error) {
    throw error instanceof TokenFault ? refusalOfFault(error) : error;
  }
}
