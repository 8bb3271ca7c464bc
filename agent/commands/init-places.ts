import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readAgentConfig } from "../config/agent-config.ts";
import { refuseOption } from "./arguments.ts";
import type { InitOrder } from "./init-order.ts";
import { STARTER_NAMES } from "./starter-files.ts";

/** Room for what is written: a few small files, and the objects of a token. */
const LEAST_FREE_BYTES = 1 << 20;

/**
 * Holds that the directory can be written to, and that a configuration that is there already names the same device: a token that it does
 * not name would be made in vain. Changes nothing.
 */
export function checkPlaces({ directory, starter }: InitOrder): void {
  checkWritable("--directory", nearest(directory));
  const file = join(directory, STARTER_NAMES.config);
  if (!existsSync(file)) return;
  const { device } = readAgentConfig(file);
  const same =
    starter === "key-files"
      ? device.kind === "key-file"
      : device.kind === "pkcs11" && device.module === starter.module && device.tokenLabel === starter.tokenLabel;
  if (same) return;
  throw refuseOption("ALREADY_EXISTS", "--directory", {
    description: `${file} is there and names another device`,
    remedy: "choose another directory, or the device that the file names",
    localized: `${file} 已有配置，且所用设备不同；请另选目录，或使用其中的设备`,
  });
}

/** Holds that files can be made in a directory that is there, and that there is some room. */
export function checkWritable(option: string, directory: string): void {
  const refused = (why: string, remedy: string, localized: string) =>
    refuseOption("INVALID_FIELD", option, { description: `${directory} ${why}`, remedy, localized });
  if (!statSync(directory).isDirectory()) throw refused("is no directory", "name another one", `${directory} 不是目录`);
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch {
    const remedy = "run this as the agent's user, or let that user write there";
    throw refused("cannot be written to", remedy, `${directory} 不可写；请以签名代理的用户运行，或授予写权限`);
  }
  const { bavail, bsize } = statfsSync(directory);
  if (bavail * bsize >= LEAST_FREE_BYTES) return;
  throw refuseOption("STORE_FULL", option, {
    description: `${directory} has less than 1 MiB of room`,
    remedy: "free space",
    localized: `${directory} 剩余空间不足1兆字节；请腾出空间`,
  });
}

/** The directory itself, or the first above it that there is. */
function nearest(directory: string): string {
  return existsSync(directory) ? directory : nearest(dirname(directory));
}
