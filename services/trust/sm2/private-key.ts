import { createPrivateKey, randomBytes } from "node:crypto";
import { Refusal } from "../../domain/refusal.ts";
import { childrenOf, malformed, readDer, TAG } from "../der.ts";
import { readOctets, readSmallInteger } from "../der-read.ts";
import { bitString, octetString, sequence, smallInteger, tagged } from "../der-write.ts";
import { fromPem } from "../pem.ts";
import { multipleOfBase } from "./base-point.ts";
import { octetsOf, SM2_ORDER } from "./curve.ts";
import { SM2_KEY_ALGORITHM, type Sm2PublicKey, sm2PointOctets, sm2PublicKey } from "./public-key.ts";
import { isZero, type Scalar, scalarFrom, scalarOctets, subtractScalars } from "./scalar.ts";
import { createSm2Signer, type RandomOctets, type Sm2Signer, secretScalar } from "./sign.ts";

/** A private key in memory. The secret is reachable through `sign` only: it shows in no log and no JSON. */
export interface Sm2PrivateKey extends Sm2Signer {
  readonly publicKey: Sm2PublicKey;
}

/** Makes a key pair; `pkcs8` (DER, not encrypted) is the one place where the secret can be seen. */
export function generateSm2Key(random: RandomOctets = randomBytes): { pkcs8: Uint8Array; key: Sm2PrivateKey } {
  for (;;) {
    const secret = secretScalar(random);
    if (isLast(secret)) continue;
    const key = keyOf(secret, random);
    return { pkcs8: pkcs8Of(secret, key.publicKey), key };
  }
}

/**
 * Reads a private key from PKCS#8 in DER (GB/T 35276; RFC 5958 around RFC 5915), not encrypted. Refuses (`INVALID_FIELD`)
 * other keys and scalars out of range. The public half is computed, never taken from the file.
 */
export function readSm2PrivateKey(pkcs8: Uint8Array, random: RandomOctets = randomBytes): Sm2PrivateKey {
  const [version, algorithm, wrapped] = childrenOf(readDer(pkcs8, 4096), TAG.sequence);
  if (readSmallInteger(version) !== 0) throw malformed("private key is not PKCS#8 version 1");
  if (algorithm === undefined || Buffer.compare(algorithm.raw, SM2_KEY_ALGORITHM) !== 0) {
    throw malformed("not an SM2 private key");
  }
  const [inner, secret] = childrenOf(readDer(readOctets(wrapped)), TAG.sequence);
  if (readSmallInteger(inner) !== 1) throw malformed("EC private key is not version 1");
  const octets = readOctets(secret);
  if (octets.length !== 32) throw malformed(`SM2 private keys have 32 octets, not ${octets.length}`);
  const scalar = scalarFrom(octets);
  if (scalar === undefined || isZero(scalar) || isLast(scalar)) throw malformed("SM2 private key out of range");
  return keyOf(scalar, random);
}

/**
 * Reads a private key from PEM: `PRIVATE KEY`, or `ENCRYPTED PRIVATE KEY` (PKCS#8, PBES2) with its passphrase. Refuses
 * (`INVALID_FIELD`) a wrong passphrase and everything that {@link readSm2PrivateKey} does.
 */
export function readSm2PrivateKeyPem(pem: string, passphrase?: string): Sm2PrivateKey {
  const [plain] = fromPem("PRIVATE KEY", pem);
  if (plain !== undefined) return readSm2PrivateKey(plain);
  if (passphrase === undefined) throw new Refusal("INVALID_FIELD", "SM2 key: the PEM holds no plain PKCS#8 key");
  let pkcs8: Uint8Array;
  try {
    // Node decrypts SM2 keys well; it is only its signatures that are wrong.
    pkcs8 = createPrivateKey({ key: pem, passphrase }).export({ type: "pkcs8", format: "der" });
  } catch {
    throw new Refusal("INVALID_FIELD", "SM2 key: wrong passphrase, or not an encrypted PKCS#8 key");
  }
  return readSm2PrivateKey(pkcs8);
}

/** Encrypts a PKCS#8 key (DER) as PEM `ENCRYPTED PRIVATE KEY`: PBES2, PBKDF2, AES-256-CBC. */
export function encryptPkcs8(pkcs8: Uint8Array, passphrase: string): string {
  const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
  return key.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase }).toString();
}

const LAST = scalarFrom(octetsOf(SM2_ORDER - 1n)) as Scalar;

/** d = n - 1 has no inverse of 1 + d (GB/T 32918.1 §6.1). */
function isLast(secret: Scalar): boolean {
  return isZero(subtractScalars(LAST, secret));
}

function keyOf(secret: Scalar, random: RandomOctets): Sm2PrivateKey {
  const publicKey = sm2PublicKey(sm2PointOctets(multipleOfBase(scalarOctets(secret))));
  return { publicKey, ...createSm2Signer(secret, publicKey, random) };
}

function pkcs8Of(scalar: Scalar, key: Sm2PublicKey): Uint8Array {
  const secret = sequence(
    smallInteger(1),
    octetString(scalarOctets(scalar)),
    tagged(1, bitString(sm2PointOctets(key))),
  );
  return sequence(smallInteger(0), SM2_KEY_ALGORITHM, octetString(secret));
}
