import { deviceConfig } from "../../agent/config/device-config.ts";
import { readStrictFile } from "../../agent/config/strict.ts";
import { openKeyFile } from "../../agent/device/key-file.ts";
import { openDevice } from "../../agent/device/open-device.ts";
import { refuseArgument } from "../../services/domain/refusal.ts";
import { needed, readNamed } from "./seal-arguments.ts";

/** The seal maker's key, wherever it is. */
export interface MakerKey {
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array;
  /** Signs in the suite of the key; DER for SM2 and ECDSA. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Options that say where the key is. */
export interface MakerKeyOptions {
  key?: string | undefined;
  "passphrase-file"?: string | undefined;
  /** Says that the seal is for a trial, so that a key in a file will do. */
  trial?: boolean;
  device?: string | undefined;
  "key-label"?: string | undefined;
}

/**
 * Opens the key. Throws `INVALID_FIELD` where none or two are named, where the device has none of that label, and for a key in
 * a file that is not for a trial.
 */
export async function openMakerKey(options: MakerKeyOptions): Promise<MakerKey> {
  const { key, device } = options;
  if ((key === undefined) === (device === undefined)) {
    const description = "制章人密钥须恰好指定一个 · exactly one of --key and --device is needed";
    const remedy = "name the key file by --key, or the device by --device and --key-label";
    throw refuseArgument("INVALID_FIELD", "--key", description, remedy);
  }
  const stray = key === undefined ? "passphrase-file" : "key-label";
  if (options[stray] !== undefined) {
    const other = key === undefined ? "--key" : "--device";
    throw refuseArgument("INVALID_FIELD", `--${stray}`, `无 ${other} · goes with ${other}`, "leave one of them out");
  }
  return device === undefined ? keyInFile(key as string, options) : keyInDevice(device, options);
}

function keyInFile(file: string, { trial, "passphrase-file": passphraseFile }: MakerKeyOptions): MakerKey {
  if (!trial) {
    const description = "密钥文件仅供试验 · a key in a file is for trials only";
    throw refuseArgument(
      "INVALID_FIELD",
      "--key",
      description,
      "use --device, or say --trial where the seal must not count",
    );
  }
  const named = needed(passphraseFile, "passphrase-file");
  const passphrase = readNamed(named, "--passphrase-file")
    .toString("utf8")
    .replace(/\r?\n$/, "");
  const { publicKey, sign } = openKeyFile(file, passphrase);
  return { publicKey, sign: async (bytes) => sign(bytes), close: async () => {} };
}

async function keyInDevice(file: string, options: MakerKeyOptions): Promise<MakerKey> {
  const label = needed(options["key-label"], "key-label");
  const device = openDevice(readStrictFile(file, deviceConfig));
  try {
    const keys = await device.keys();
    const found = keys.find((key) => key.label === label);
    if (!found) {
      const there = keys.map((key) => key.label).join(", ") || "none";
      throw refuseArgument(
        "INVALID_FIELD",
        "--key-label",
        `设备中没有 ${label} · the device has no key ${label}`,
        `keys: ${there}`,
      );
    }
    return { publicKey: found.publicKey, sign: (bytes) => device.sign(label, bytes), close: () => device.close() };
  } catch (error) {
    await device.close();
    throw error;
  }
}
