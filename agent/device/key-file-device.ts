import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign as signWith } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal, refuseField } from "../../services/domain/refusal.ts";
import { readPublicKey, type SignatureAlgorithm, suiteOf } from "../../services/trust/algorithm.ts";
import { encryptPkcs8, generateSm2Key, readSm2PrivateKey } from "../../services/trust/sm2/private-key.ts";
import { isSm2PublicKey, writeSm2PublicKey } from "../../services/trust/sm2/public-key.ts";
import { refusalOfFault } from "./ckr.ts";
import type { Device, DeviceKey } from "./device.ts";
import { createHealthProbe } from "./health-probe.ts";
import { readPin } from "./pin-file.ts";
import { TokenFault } from "./token-fault.ts";

/** Where trial keys lie. Paths are absolute. */
export interface KeyFileOptions {
  /** Holds `<label>.key.pem`: PKCS#8, encrypted. */
  directory: string;
  passphraseFile: string;
}

interface HeldKey {
  described: DeviceKey;
  sign(bytes: Uint8Array): Uint8Array;
}

const SUFFIX = ".key.pem";
const LABEL = /^[0-9A-Za-z._-]{1,64}$/;

/**
 * A {@link Device} without a device: keys in encrypted files, signing in this process. For trials only: whoever can read
 * the files and the passphrase has the keys. The configuration lets it in where it says `trial`, and nowhere else.
 */
export function createKeyFileDevice({ directory, passphraseFile }: KeyFileOptions): Device {
  const held = new Map<string, HeldKey>();
  let closed = false;

  function ready(): void {
    if (closed) throw new Refusal("CANCELLED", "the device was closed");
    if (existsSync(directory)) return;
    held.clear();
    throw new Refusal("DEVICE_AWAY", `device: the directory of key files ${directory} is not there`, {
      retryAfterMs: 5_000,
    });
  }

  function load(label: string): HeldKey | undefined {
    const known = held.get(label);
    if (known) return known;
    const file = join(directory, label + SUFFIX);
    if (!LABEL.test(label) || !existsSync(file)) return undefined;
    const key = openKey(label, readFileSync(file, "utf8"), passphrase(passphraseFile));
    held.set(label, key);
    return key;
  }

  const device: Omit<Device, "health"> = {
    async keys() {
      ready();
      const names = readdirSync(directory).filter((name) => name.endsWith(SUFFIX));
      return names.flatMap((name) => load(name.slice(0, -SUFFIX.length))?.described ?? []);
    },
    async sign(label, toBeSigned) {
      ready();
      const key = load(label);
      if (!key)
        throw new Refusal("DEVICE_FAULT", `device: no file ${label}${SUFFIX}: make the key with \`agent init\``);
      return key.sign(toBeSigned);
    },
    async generateKey(label, algorithm, rsaBits = 3072) {
      ready();
      if (!LABEL.test(label)) throw refuseField("INVALID_FIELD", "label", "must be 1–64 of A–Z a–z 0–9 . _ -");
      if (load(label)) throw new Refusal("ALREADY_EXISTS", `device: a key ${label} is there already`);
      const pem = encryptPkcs8(newKey(algorithm, rsaBits), passphrase(passphraseFile));
      writeNew(join(directory, label + SUFFIX), pem);
      return (load(label) as HeldKey).described;
    },
    async close() {
      closed = true;
      held.clear();
    },
  };
  return { ...device, health: createHealthProbe(device) };
}

function passphrase(file: string): string {
  try {
    return readPin(file);
  } catch (error) {
    throw error instanceof TokenFault ? refusalOfFault(error) : error;
  }
}

function openKey(label: string, pem: string, secret: string): HeldKey {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, passphrase: secret });
  } catch (cause) {
    const remedy = "put the right passphrase into its file";
    throw new Refusal("DEVICE_FAULT", `device: ${label}${SUFFIX} does not open: ${remedy}`, { cause });
  }
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  if (isSm2PublicKey(spki)) {
    const { publicKey, sign } = readSm2PrivateKey(key.export({ type: "pkcs8", format: "der" }));
    return { described: { label, algorithm: "sm2-sm3", publicKey: writeSm2PublicKey(publicKey) }, sign };
  }
  const algorithm = suiteOf(readPublicKey(spki));
  if (algorithm === undefined) {
    throw new Refusal("DEVICE_FAULT", `device: ${label}${SUFFIX} is neither P-256, SM2, nor RSA of 2048 bits or more`);
  }
  return {
    described: { label, algorithm, publicKey: Uint8Array.from(spki) },
    sign: (bytes) => Uint8Array.from(signWith("sha256", bytes, { key, dsaEncoding: "der" })),
  };
}

function newKey(algorithm: SignatureAlgorithm, rsaBits: number): Uint8Array {
  if (algorithm === "sm2-sm3") return generateSm2Key().pkcs8;
  const { privateKey } =
    algorithm === "rsa-pkcs1-sha256"
      ? generateKeyPairSync("rsa", { modulusLength: rsaBits })
      : generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "der" });
}

function writeNew(path: string, content: string): void {
  const file = openSync(path, "wx", 0o600);
  try {
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
