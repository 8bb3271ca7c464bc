import { createPrivateKey, createPublicKey, type KeyObject, sign as signWith } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { Refusal } from "../../services/domain/refusal.ts";
import { readPublicKey, type SignatureAlgorithm, suiteOf } from "../../services/trust/algorithm.ts";
import { readSm2PrivateKey } from "../../services/trust/sm2/private-key.ts";
import { isSm2PublicKey, writeSm2PublicKey } from "../../services/trust/sm2/public-key.ts";

/** A private key from a file, in memory: for trials only. */
export interface KeyFile {
  readonly algorithm: SignatureAlgorithm;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** Signs in the suite of the key, hashing first; DER for ECDSA and SM2. */
  sign(bytes: Uint8Array): Uint8Array;
}

/**
 * Opens a private key in encrypted PKCS#8 (PEM `ENCRYPTED PRIVATE KEY`). Refuses (`DEVICE_FAULT`) plain keys, a file that others
 * can read, a wrong passphrase, and keys with which nobody here signs (anything but P-256, SM2, and RSA of 2048 bits or more).
 */
export function openKeyFile(file: string, passphrase: string): KeyFile {
  const pem = readSecret(file);
  if (!pem.startsWith("-----BEGIN ENCRYPTED PRIVATE KEY-----")) {
    throw unusable(file, "is no encrypted PKCS#8 key", "openssl pkcs8 -topk8 -v2 aes-256-cbc encrypts one");
  }
  let key: KeyObject;
  try {
    key = createPrivateKey({ key: pem, passphrase });
  } catch (cause) {
    throw unusable(file, "does not open", "put the right passphrase into its file", cause);
  }
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  if (isSm2PublicKey(spki)) {
    const { publicKey, sign } = readSm2PrivateKey(key.export({ type: "pkcs8", format: "der" }));
    return { algorithm: "sm2-sm3", publicKey: writeSm2PublicKey(publicKey), sign };
  }
  const algorithm = suiteOf(readPublicKey(spki));
  if (algorithm === undefined) {
    throw unusable(file, "is neither P-256, SM2, nor RSA of 2048 bits or more", "make another key");
  }
  return {
    algorithm,
    publicKey: Uint8Array.from(spki),
    sign: (bytes) => Uint8Array.from(signWith("sha256", bytes, { key, dsaEncoding: "der" })),
  };
}

function readSecret(file: string): string {
  let mode: number;
  let text: string;
  try {
    mode = statSync(file).mode & 0o777;
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw unusable(file, "cannot be read", "see that it is there and belongs to this user", cause);
  }
  if ((mode & 0o077) === 0) return text;
  throw unusable(file, `has mode ${mode.toString(8)}: others can read it`, `chmod 600 ${file}`);
}

function unusable(file: string, why: string, remedy: string, cause?: unknown): Refusal {
  return new Refusal("DEVICE_FAULT", `device: ${file} ${why}: ${remedy}`, { cause });
}
