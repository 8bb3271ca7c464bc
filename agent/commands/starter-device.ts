import { randomBytes, randomInt } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";
import { mechanism } from "../config/device-config.ts";
import type { Place } from "../config/strict.ts";
import type { Device } from "../device/device.ts";
import type { Mechanism } from "../device/driver-protocol.ts";
import { createKeyFileDevice } from "../device/key-file-device.ts";
import { createPkcs11Device, type Pkcs11Device } from "../device/pkcs11-device.ts";
import { VENDORS, type Vendor } from "../device/vendor-presets.ts";
import { needed, print } from "./arguments.ts";
import { STARTER_NAMES, type StarterDevice } from "./starter-files.ts";

/** A token as `agent init` takes it up. */
type Token = Exclude<StarterDevice, "key-files"> & { vendor?: Vendor; mechanisms?: Mechanism[] };

/** Options that name a token. */
export interface TokenOptions {
  module?: string | undefined;
  token?: string | undefined;
  vendor?: string | undefined;
  mechanism?: string[] | undefined;
  environment: Record<string, string>;
}

/** The token that the options of `agent init` name. Throws `INVALID_FIELD`. */
export function tokenOf(options: TokenOptions): Token {
  const vendor = VENDORS.find((known) => known === options.vendor);
  if (options.vendor !== undefined && !vendor) {
    throw new Refusal("INVALID_FIELD", `--vendor: one of ${VENDORS.join(", ")}`);
  }
  return {
    module: resolve(needed(options.module, "module")),
    tokenLabel: needed(options.token, "token"),
    ...(vendor && { vendor }),
    ...(options.mechanism && { mechanisms: options.mechanism.map(mechanismOf) }),
    environment: options.environment,
  };
}

/** `keyType=0x80000004,generate=0x80008001,sign=0x80008104`, and what else a mechanism has; SM2 unless it says otherwise. */
function mechanismOf(text: string): Mechanism {
  const members = Object.fromEntries(text.split(",").map((pair) => pair.split("=", 2)));
  const place: Place = { path: "--mechanism", directory: "", faults: [] };
  const read = mechanism({ algorithm: "sm2-sm3", ...members }, place);
  const [fault] = place.faults;
  if (!fault) return read;
  throw new Refusal("INVALID_FIELD", `${fault.field} ${fault.description}${fault.remedy ? `: ${fault.remedy}` : ""}`);
}

/** Opens the device, and makes what it needs: a token where it is asked for, or the directory of key files. */
export async function makeDevice(starter: Token | "key-files", directory: string, newToken: boolean): Promise<Device> {
  const inDirectory = (name: string) => join(directory, name);
  if (starter === "key-files") {
    const { keys, passphrase } = STARTER_NAMES;
    mkdirSync(inDirectory(keys), { recursive: true, mode: 0o700 });
    makeSecret(inDirectory(passphrase), randomBytes(24).toString("base64url"));
    print("keys are in files: a trial host, whose certificates must not count");
    return createKeyFileDevice({ directory: inDirectory(keys), passphraseFile: inDirectory(passphrase) });
  }
  const pinFile = inDirectory(STARTER_NAMES.pin);
  const device = createPkcs11Device({ ...starter, pinFile });
  if (newToken) {
    try {
      await makeToken(device, pinFile, inDirectory("so-pin"), starter.tokenLabel);
    } catch (error) {
      await device.close();
      throw error;
    }
  }
  return device;
}

function makeSecret(file: string, secret: string): void {
  if (existsSync(file)) return;
  writeFileSync(file, secret, { mode: 0o600 });
  print(`secret made at random: ${file}; keep a copy under lock`);
}

async function makeToken(device: Pkcs11Device, pinFile: string, soPinFile: string, label: string): Promise<void> {
  for (const file of [pinFile, soPinFile]) makeSecret(file, Array.from({ length: 12 }, () => randomInt(10)).join(""));
  try {
    await device.initialize(soPinFile);
    print(`token ${label}: initialised`);
  } catch (error) {
    if (!(error instanceof Refusal && error.reason === "ALREADY_EXISTS")) throw error;
    print(`token ${label}: there already, left as it is`);
  }
}
