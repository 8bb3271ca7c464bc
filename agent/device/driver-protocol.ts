import type { SignatureAlgorithm } from "../../services/trust/algorithm.ts";
import type { DriverFault } from "./ckr.ts";
import type { DeviceAbout, DeviceKey } from "./device.ts";

/** PKCS#11 numbers of one algorithm. Vendors number SM2 as they like, hence configuration. */
export interface Mechanism {
  algorithm: SignatureAlgorithm;
  /** CKK_*, CKM_* for signing, CKM_* for making a key pair. */
  keyType: number;
  sign: number;
  generate: number;
  /**
   * Who digests: the host (default), so that the mechanism signs a prepared digest (for SM2 e = SM3(Z ‖ message)); or the
   * device, which then must use the prescribed user identity by itself.
   */
  digest?: "host" | "device";
  /** How the device writes ECDSA and SM2 signatures: `r ‖ s` (default), or DER. */
  signature?: "raw" | "der";
}

/** How a token is reached. */
export interface TokenOptions {
  /** PKCS#11 library of the vendor. */
  module: string;
  tokenLabel: string;
  /** File with the user PIN; read at each login, so that a new PIN needs no restart. */
  pinFile: string;
  /** Sessions of each driver process. */
  sessions: number;
  mechanisms: readonly Mechanism[];
}

/** One thing that a driver process is asked for. */
export type DriverRequest =
  | { op: "sign"; label: string; message: Uint8Array }
  | { op: "keys" }
  | { op: "generate"; label: string; algorithm: SignatureAlgorithm; rsaBits: number }
  | { op: "remove"; label: string; publicKey: Uint8Array }
  | { op: "look" }
  | { op: "about" }
  | { op: "initialize"; soPinFile: string }
  | { op: "lose-sessions" };

/** What a device tells before anybody logs in. Nothing is changed by looking. */
export interface TokenLook {
  /** Whose library and slots these are, as they say themselves. */
  maker: string;
  /** The token of the configured label: its serial number, and whether a user PIN was ever set. */
  token: { serial: string; pinSet: boolean } | undefined;
  /** Labels of the other tokens. */
  others: string[];
  /** Whether a slot is free for a new token. */
  free: boolean;
  /** Mechanism numbers (CKM_*) of the token's slot, or of the free one. */
  mechanisms: number[];
}

/** The answer to a request, in the same place of its batch. */
export type DriverAnswer =
  | { ok: true; signature: Uint8Array }
  | { ok: true; keys: DeviceKey[] }
  | { ok: true; look: TokenLook }
  | { ok: true; about: DeviceAbout }
  | { ok: false; fault: DriverFault };

/** Messages to a driver process. The first one sets it up. */
export type ToDriver =
  | { kind: "open"; options: TokenOptions }
  | { kind: "batch"; id: number; requests: DriverRequest[] };

/** A message from a driver process: the answers of one batch, in order. */
export interface FromDriver {
  id: number;
  answers: DriverAnswer[];
}

/** P-256 and RSA by the numbers of PKCS#11 itself: CKM_ECDSA and CKM_RSA_PKCS over a digest made beforehand. */
export const STANDARD_MECHANISMS: readonly Mechanism[] = [
  { algorithm: "ecdsa-p256-sha256", keyType: 0x3, sign: 0x1041, generate: 0x1040 },
  { algorithm: "rsa-pkcs1-sha256", keyType: 0x0, sign: 0x1, generate: 0x0 },
];
