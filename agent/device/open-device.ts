import type { DeviceConfig } from "../config/device-config.ts";
import type { Device, KeyMaker } from "./device.ts";
import type { PoolOptions } from "./driver-pool.ts";
import { createKeyFileDevice } from "./key-file-device.ts";
import { createPkcs11Device } from "./pkcs11-device.ts";
import { createSdfDevice } from "./sdf/sdf-device.ts";

/** A device as the configuration names it; what not every kind has is left out. */
export interface OpenDevice extends Device {
  /** Takes back a key that was made a moment ago. */
  removeKey?: KeyMaker["removeKey"];
  /** Process ids of the drivers that run now. */
  pids?(): number[];
  /** Has a driver lose its sessions, to prove that it gets over it. */
  loseSessions?(): Promise<void>;
}

/** Opens the device of a configuration. Nothing is tried yet: a device that is away may come later. */
export function openDevice(config: DeviceConfig, events: Pick<PoolOptions, "onRestart"> = {}): OpenDevice {
  if (config.kind === "key-file") return createKeyFileDevice(config);
  return config.kind === "sdf"
    ? createSdfDevice({ ...config, ...events })
    : createPkcs11Device({ ...config, ...events });
}

/** The files with secrets that a device's configuration names. */
export function secretFilesOf(config: DeviceConfig): string[] {
  if (config.kind === "pkcs11") return [config.pinFile];
  return config.kind === "sdf" ? config.keys.map(({ passwordFile }) => passwordFile) : [config.passphraseFile];
}

/** What tells a device from others, for reports. */
export function describeDevice(config: DeviceConfig): Record<string, string> {
  if (config.kind === "pkcs11") return { kind: config.kind, module: config.module, tokenLabel: config.tokenLabel };
  return config.kind === "sdf"
    ? { kind: config.kind, library: config.library }
    : { kind: config.kind, directory: config.directory };
}
