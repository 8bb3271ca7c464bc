import { deviceConfig } from "../../agent/config/device-config.ts";
import { readStrictFile } from "../../agent/config/strict.ts";
import { openKeyFile } from "../../agent/device/key-file.ts";
import { openDevice } from "../../agent/device/open-device.ts";
import { refuseField } from "../../services/domain/refusal.ts";
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
  device?: string | undefined;
  "key-label"?: string | undefined;
}

/** Opens the key. Throws `INVALID_FIELD` where none or two are named, or the device has none of that label. */
export async function openMakerKey(options: MakerKeyOptions): Promise<MakerKey> {
  const { key, device } = options;
  if ((key === undefined) === (device === undefined)) {
    const remedy = "name the key file by --key, or the device by --device and --key-label";
    throw refuseField(
      "INVALID_FIELD",
      "--key",
      "制章人密钥须恰好指定一个 · exactly one of --key and --device is needed",
      remedy,
    );
  }
  return device === undefined ? keyInFile(key as string, options["passphrase-file"]) : keyInDevice(device, options);
}

function keyInFile(file: string, passphraseFile: string | undefined): MakerKey {
  const passphrase = passphraseFile && readNamed(passphraseFile, "--passphrase-file").toString("utf8").trimEnd();
  process.stderr.write("ecert: 密钥文件仅供试验 · a key in a file is for trials only\n");
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
      throw refuseField(
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
