import type { Mechanism } from "../device/driver-protocol.ts";
import { VENDORS, type Vendor } from "../device/vendor-presets.ts";
import { fault, list, number, object, optional, path, type Reader, text, texts, word } from "./strict.ts";

/** How the device is reached: through PKCS#11, through SDF (GM/T 0018), or, in trials, in key files. */
export type DeviceConfig = Pkcs11Config | SdfConfig | KeyFileConfig;

/** A device with a PKCS#11 library. */
export interface Pkcs11Config {
  kind: "pkcs11";
  module: string;
  tokenLabel: string;
  pinFile: string;
  processes: number;
  sessions: number;
  /** Whose numbers SM2 has in this device. */
  vendor: Vendor | undefined;
  mechanisms: Mechanism[];
  environment: Record<string, string>;
}

/** A device with an SDF library. */
export interface SdfConfig {
  kind: "sdf";
  /** Made by `agent sdf-driver`. */
  driver: string;
  library: string;
  keys: { label: string; index: number; passwordFile: string }[];
  processes: number;
  environment: Record<string, string>;
}

/** Keys in files; refused unless the node is a sandbox (6.2.4) or the configuration says `"trial": true`. */
export interface KeyFileConfig {
  kind: "key-file";
  directory: string;
  passphraseFile: string;
}

const number32 = number(0, 0xffff_ffff);
/** Vendors' headers have their numbers in hex, so both are read. */
const code32: Reader<number> = (value, place) =>
  number32(typeof value === "string" && /^0x[0-9a-f]{1,8}$/i.test(value) ? Number(value) : value, place);
const processes = optional(number(1, 16), 1);
const environment = optional(texts, {});

/** PKCS#11 numbers of one algorithm, as a number or in hex (`"0x80008001"`). */
export const mechanism: Reader<Mechanism> = object({
  algorithm: word("ecdsa-p256-sha256", "rsa-pkcs1-sha256", "sm2-sm3"),
  keyType: code32,
  sign: code32,
  generate: code32,
  digest: optional(word("host", "device"), "host"),
  signature: optional(word("raw", "der"), "raw"),
});

const KINDS: { [K in DeviceConfig["kind"]]: Reader<Extract<DeviceConfig, { kind: K }>> } = {
  pkcs11: object({
    kind: optional(word("pkcs11"), "pkcs11"),
    module: path,
    tokenLabel: text(/^.{1,32}$/u, "1–32 characters"),
    pinFile: path,
    processes,
    sessions: optional(number(1, 64), 2),
    vendor: optional(word(...VENDORS)),
    mechanisms: optional(list(mechanism), []),
    environment,
  }),
  sdf: object({
    kind: word("sdf"),
    driver: path,
    library: path,
    keys: list(object({ label: text(/^.{1,64}$/u, "1–64 characters"), index: number32, passwordFile: path }), 1),
    processes,
    environment,
  }),
  "key-file": object({ kind: word("key-file"), directory: path, passphraseFile: path }),
};

/** Reads the device's part of a configuration; without a `kind` it is PKCS#11. */
export const deviceConfig: Reader<DeviceConfig> = (value, place) => {
  const given = typeof value === "object" && value !== null && "kind" in value ? value.kind : "pkcs11";
  if (typeof given === "string" && Object.hasOwn(KINDS, given)) {
    return KINDS[given as DeviceConfig["kind"]](value, place);
  }
  const spot = { ...place, path: `${place.path}.kind` };
  return fault(spot, `must be one of: ${Object.keys(KINDS).join(", ")}`) as unknown as DeviceConfig;
};
