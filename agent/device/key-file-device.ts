import { generateKeyPairSync } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Refusal, refuseField } from "../../services/domain/refusal.ts";
import type { SignatureAlgorithm } from "../../services/trust/algorithm.ts";
import { encryptPkcs8, generateSm2Key } from "../../services/trust/sm2/private-key.ts";
import { refusalOfFault } from "./ckr.ts";
import type { DeviceKey, KeyMaker } from "./device.ts";
import { createHealthProbe } from "./health-probe.ts";
import { type KeyFile, openKeyFile } from "./key-file.ts";
import { readPin } from "./pin-file.ts";
import { TokenFault } from "./token-fault.ts";

/** Where trial keys lie. Paths are absolute. */
export interface KeyFileOptions {
  /** Holds `<label>.key.pem`: PKCS#8, encrypted. */
  directory: string;
  passphraseFile: string;
}

const SUFFIX = ".key.pem";
const LABEL = /^[0-9A-Za-z._-]{1,64}$/;

/**
 * A {@link Device} without a device: keys in encrypted files, signing in this process. For trials only: whoever can read
 * the files and the passphrase has the keys. The configuration lets it in where it says `trial`, and nowhere else.
 */
export function createKeyFileDevice({ directory, passphraseFile }: KeyFileOptions): KeyMaker {
  const held = new Map<string, KeyFile>();
  let closed = false;

  function ready(): void {
    if (closed) throw new Refusal("CANCELLED", "the device was closed");
    if (existsSync(directory)) return;
    held.clear();
    throw new Refusal("DEVICE_AWAY", `device: the directory of key files ${directory} is not there`, {
      retryAfterMs: 5_000,
    });
  }

  function load(label: string): KeyFile | undefined {
    const known = held.get(label);
    if (known) return known;
    const file = join(directory, label + SUFFIX);
    if (!LABEL.test(label) || !existsSync(file)) return undefined;
    const key = openKeyFile(file, passphrase(passphraseFile));
    held.set(label, key);
    return key;
  }

  function describe(label: string): DeviceKey | undefined {
    const key = load(label);
    return key && { label, algorithm: key.algorithm, publicKey: key.publicKey };
  }

  const device: Omit<KeyMaker, "health"> = {
    async keys() {
      ready();
      const names = readdirSync(directory).filter((name) => name.endsWith(SUFFIX));
      return names.flatMap((name) => describe(name.slice(0, -SUFFIX.length)) ?? []);
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
      if (!LABEL.test(label))
        throw refuseField(
          "INVALID_FIELD",
          "label",
          "must be 1–64 of A–Z a–z 0–9 . _ -",
          "choose another label",
          "应为1至64个字母、数字或._-，请更换标签",
        );
      if (load(label)) throw new Refusal("ALREADY_EXISTS", `device: a key ${label} is there already`);
      const pem = encryptPkcs8(newKey(algorithm, rsaBits), passphrase(passphraseFile));
      writeNew(join(directory, label + SUFFIX), pem);
      return describe(label) as DeviceKey;
    },
    async removeKey(label, publicKey) {
      ready();
      if (Buffer.compare(load(label)?.publicKey ?? new Uint8Array(), publicKey) !== 0) return;
      held.delete(label);
      rmSync(join(directory, label + SUFFIX));
    },
    about: async () => ({ kind: "key-file", label: "", maker: "", model: "", serial: "" }),
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
