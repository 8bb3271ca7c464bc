import { refusalOfFault } from "./ckr.ts";
import type { Device, DeviceAbout, DeviceKey, KeyMaker } from "./device.ts";
import { createDriverPool, type PoolOptions } from "./driver-pool.ts";
import { type DriverRequest, type Mechanism, STANDARD_MECHANISMS, type TokenLook } from "./driver-protocol.ts";
import { createHealthProbe } from "./health-probe.ts";
import { launchPkcs11 } from "./pkcs11-channel.ts";
import { VENDOR_PRESETS, type Vendor } from "./vendor-presets.ts";

/** How a PKCS#11 device is reached. Paths are absolute. */
export interface Pkcs11Options extends PoolOptions {
  /** PKCS#11 library of the vendor. */
  module: string;
  tokenLabel: string;
  /** File with the user PIN, readable by the agent's user only. */
  pinFile: string;
  /** Sessions in each process. Default 2. */
  sessions?: number;
  /** Whose numbers SM2 has in this device; absent: it has none, but for what `mechanisms` says. */
  vendor?: Vendor | undefined;
  /** Mechanism numbers that replace or extend {@link STANDARD_MECHANISMS} and those of the vendor. */
  mechanisms?: readonly Mechanism[];
  /** Variables for the vendor's library. */
  environment?: Readonly<Record<string, string>>;
}

/** A {@link Device} over PKCS#11, with what operators and tests need beside signing. */
export interface Pkcs11Device extends KeyMaker {
  /** What the device tells before anybody logs in. */
  look(): Promise<TokenLook>;
  /**
   * Initialises a fresh token with the configured label and PIN (5.8.2). One that is initialised gets its user PIN where it never had one;
   * else it is not touched: `ALREADY_EXISTS`.
   */
  initialize(soPinFile: string): Promise<void>;
  /** Has a driver lose its sessions, to prove that it gets over it. */
  loseSessions(): Promise<void>;
  /** Process ids of the drivers that run now. */
  pids(): number[];
}

/** Opens a PKCS#11 device. Nothing is tried yet: a device that is away may come later. */
export function createPkcs11Device(options: Pkcs11Options): Pkcs11Device {
  const { module, tokenLabel, pinFile, sessions = 2, environment = {} } = options;
  const token = { module, tokenLabel, pinFile, sessions, mechanisms: mechanismsOf(options) };
  const { ask, pids, close } = createDriverPool(launchPkcs11(token, environment), refusalOfFault, options);

  async function keysBy(request: DriverRequest): Promise<DeviceKey[]> {
    const answer = await ask(request);
    return "keys" in answer ? answer.keys : [];
  }

  const device: Omit<Pkcs11Device, "health"> = {
    keys: () => keysBy({ op: "keys" }),
    async sign(label, toBeSigned) {
      const answer = await ask({ op: "sign", label, message: toBeSigned });
      return "signature" in answer ? answer.signature : new Uint8Array();
    },
    async generateKey(label, algorithm, rsaBits = 3072) {
      const [key] = await keysBy({ op: "generate", label, algorithm, rsaBits });
      return key as DeviceKey;
    },
    async removeKey(label, publicKey) {
      await ask({ op: "remove", label, publicKey });
    },
    async about() {
      return ((await ask({ op: "about" })) as { about: DeviceAbout }).about;
    },
    async look() {
      return ((await ask({ op: "look" })) as { look: TokenLook }).look;
    },
    async initialize(soPinFile) {
      await ask({ op: "initialize", soPinFile });
    },
    async loseSessions() {
      await ask({ op: "lose-sessions" });
    },
    pids,
    close,
  };
  return { ...device, health: createHealthProbe(device) };
}

/** The mechanisms of a device: its own, those of its vendor, and the standard's for algorithms that are in neither. */
export function mechanismsOf({ vendor, mechanisms = [] }: Pick<Pkcs11Options, "vendor" | "mechanisms">): Mechanism[] {
  const configured = vendor === undefined ? mechanisms : mergeMechanisms(mechanisms, [VENDOR_PRESETS[vendor]]);
  return mergeMechanisms(configured, STANDARD_MECHANISMS);
}

/** The first list, and what the second has for algorithms that are not in it. */
function mergeMechanisms(own: readonly Mechanism[], others: readonly Mechanism[]): Mechanism[] {
  return [...own, ...others.filter(({ algorithm }) => !own.some((known) => known.algorithm === algorithm))];
}
