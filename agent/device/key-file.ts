import { createPrivateKey, createPublicKey, type KeyObject, sign as signWith } from "node:crypto";
import { readFileSync } from "node:fs";
import { Refusal } from "../../services/domain/refusal.ts";
import { readPublicKey, type SignatureAlgorithm, suiteOf } from "../../services/trust/algorithm.ts";
import { readSm2PrivateKey } from "../../services/trust/sm2/private-key.ts";
import { isSm2PublicKey, writeSm2PublicKey } from "../../services/trust/sm2/public-key.ts";

/** A private key from a file, in memory: for trials. */
export interface KeyFile {
  readonly algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** Signs in the suite of the key, hashing first; DER for ECDSA and SM2. */
  sign(bytes: Uint8Array): Uint8Array;
}

/**
 * Opens a private key in PKCS#8 PEM, encrypted where a passphrase is given. Refuses (`DEVICE_FAULT`) a file that does not open
 * and keys with which nobody here signs (anything but P-256, SM2, and RSA of 2048 bits or more).
 */
export function openKeyFile(file: string, passphrase?: string): KeyFile {
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: readFileSync(file, "utf8"), ...(passphrase !== undefined && { passphrase }) });
  } catch (cause) {
    const remedy = passphrase === undefined ? "name a key in PKCS#8 PEM" : "put the right passphrase into its file";
    throw new Refusal("DEVICE_FAULT", `device: ${file} does not open: ${remedy}`, { cause });
  }
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  if (isSm2PublicKey(spki)) {
    const { publicKey, sign } = readSm2PrivateKey(key.export({ type: "pkcs8", format: "der" }));
    return { algorithm: "sm2-sm3", publicKey: writeSm2PublicKey(publicKey), sign };
  }
  const algorithm = suiteOf(readPublicKey(spki));
  if (algorithm === undefined) {
    throw new Refusal("DEVICE_FAULT", `device: ${file} is neither P-256, SM2, nor RSA of 2048 bits or more`);
  }
  return {
    algorithm,
    publicKey: Uint8Array.from(spki),
    sign: (bytes) => Uint8Array.from(signWith("sha256", bytes, { key, dsaEncoding: "der" })),
  };
}
