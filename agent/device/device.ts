import type { SignatureAlgorithm } from "../../services/trust/algorithm.ts";

/** A key pair whose private half stays in the device. */
export interface DeviceKey {
  /** CKA_LABEL of the private key; unique in the token. */
  label: string;
  algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array;
}

/** What a device tells of itself; empty: it does not. */
export interface DeviceAbout {
  kind: "pkcs11" | "sdf" | "key-file";
  label: string;
  maker: string;
  model: string;
  serial: string;
}

/** Health of a device, from a real signature: a session that opens proves nothing while a token is pulled out. */
export type DeviceHealth =
  | { healthy: true; latencyMs: number; about?: DeviceAbout }
  | { healthy: false; reason: "DEVICE_AWAY" | "DEVICE_FAULT" };

/**
 * An encryption device that keeps the private keys. All methods reject with `Refusal`: `DEVICE_AWAY` while the device or
 * its token is gone, `DEVICE_FAULT` when it answers with an error; `retryAfterMs` is set where the fault may pass.
 */
export interface Device {
  /** Signing keys in the token, of the algorithms that the configuration knows. */
  keys(): Promise<DeviceKey[]>;
  /**
   * Signs `toBeSigned`, hashing it first (for SM2 with Z in front). The signature is `SEQUENCE { r, s }` for ECDSA (RFC 5480)
   * and SM2 (GB/T 35276), and PKCS #1 v1.5 with DigestInfo for RSA (RFC 8017). Refuses with `DEVICE_FAULT` without a retry where no key, or more than one, has the label.
   */
  sign(label: string, toBeSigned: Uint8Array): Promise<Uint8Array>;
  /** Which device it is, as it tells now. */
  about(): Promise<DeviceAbout>;
  /** Signs a fixed text with one of the keys, in turn, verifies it, and reads which device did so. Never rejects. */
  health(): Promise<DeviceHealth>;
  /**
   * Makes a key pair that cannot be extracted; RSA keys have `rsaBits` (default 3072). Refuses with `ALREADY_EXISTS` where
   * the label is taken.
   */
  generateKey(label: string, algorithm: SignatureAlgorithm, rsaBits?: number): Promise<DeviceKey>;
  /** Ends the device's processes; unanswered calls are refused with `CANCELLED`. */
  close(): Promise<void>;
}

/** A device in which keys are made from the command line. */
export interface KeyMaker extends Device {
  /** Takes back a key that {@link generateKey} made: the one with this label and this public key, and no other. */
  removeKey(label: string, publicKey: Uint8Array): Promise<void>;
}
