import { resolve } from "node:path";
import { Refusal } from "../../services/domain/refusal.ts";
import { mechanism } from "../config/device-config.ts";
import type { Place } from "../config/strict.ts";
import type { KeyMaker } from "../device/device.ts";
import type { Mechanism } from "../device/driver-protocol.ts";
import { mechanismsOf } from "../device/pkcs11-device.ts";
import { VENDORS, type Vendor } from "../device/vendor-presets.ts";
import { needed } from "./arguments.ts";
import type { Begun } from "./begun.ts";
import type { KeyKind } from "./make-key.ts";
import type { StarterDevice } from "./starter-files.ts";

/** A token as `agent init` takes it up. */
export type Token = Exclude<StarterDevice, "key-files"> & { vendor?: Vendor; mechanisms?: Mechanism[] };

/** The device that `agent init` takes up. */
export type Starter = Token | "key-files";

/** A device that is taken up, step by step. */
export interface OpenStarter {
  readonly device: KeyMaker;
  /** Holds that the steps to come will find what they need, without changing anything. */
  check(): Promise<void>;
  /** Makes the secrets that the device is opened with, where they are not there and may be made. */
  makeSecrets(begun: Begun): void;
  /** Makes the token, where it is asked for and not there. */
  makeToken(begun: Begun): Promise<void>;
}

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
    tokenLabel: labelOf(needed(options.token, "token")),
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

/** A token keeps 32 bytes of its label. */
function labelOf(label: string): string {
  if (Buffer.byteLength(label) <= 32) return label;
  throw new Refusal("INVALID_FIELD", `--token ${label}: at most 32 bytes, of which a Chinese character takes three`);
}

/** The numbers by which a token makes and uses keys of a kind. Throws `INVALID_FIELD` where none are configured. */
export function mechanismFor(token: Token, { algorithm }: KeyKind): Mechanism {
  const found = mechanismsOf(token).find((candidate) => candidate.algorithm === algorithm);
  if (found) return found;
  throw new Refusal(
    "INVALID_FIELD",
    `--algorithm: no mechanism is configured for ${algorithm}: give --vendor or --mechanism`,
  );
}
