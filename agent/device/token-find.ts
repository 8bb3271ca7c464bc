import pkcs11js from "pkcs11js";
import { readSm2PublicKey } from "../../services/trust/sm2/public-key.ts";
import type { Mechanism } from "./driver-protocol.ts";
import { P256_PARAMS, p256PublicKey, rsaPublicKey, SM2_PARAMS, sm2PublicKeyInfo } from "./key-form.ts";
import type { Session, Token, TokenKey } from "./token.ts";
import { faultOf, TokenFault } from "./token-fault.ts";
import { attributeOf, findObjects, keyTypeOf } from "./token-objects.ts";

const CKR_ATTRIBUTE_TYPE_INVALID = 0x12;

/** The one private key with a label. Throws the fault where there is none, or more than one. Remembered by the session. */
export function findPrivateKey(token: Token, session: Session, label: string): TokenKey {
  const known = session.keys.get(label);
  if (known) return known;
  const [handle, another] = findObjects(token, session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
    { type: pkcs11js.CKA_LABEL, value: label },
  ]);
  if (another) throw new TokenFault("keyAmbiguous", `several private keys have label ${label}`);
  if (!handle) {
    if (token.believeMissing(label)) throw new TokenFault("keyMissing", `no private key with label ${label}`);
    throw new TokenFault("keyVanished", `no private key with label ${label} was found`);
  }
  token.found(label);
  const key = tokenKey(token, session, label, handle);
  session.keys.set(label, key);
  return key;
}

/** An RSA mechanism on an EC key fails only at C_Sign: the mechanism follows the key's own type. */
function tokenKey(token: Token, session: Session, label: string, handle: pkcs11js.Handle): TokenKey {
  const keyType = keyTypeOf(token, session, handle);
  const [mechanism, another] = token.options.mechanisms.filter((candidate) => candidate.keyType === keyType);
  if (!mechanism) throw new TokenFault("keyMissing", `key ${label} has key type 0x${keyType.toString(16)}`);
  if (!another && mechanism.algorithm !== "sm2-sm3") return { handle, mechanism };
  const half = findPublicHalf(token, session, handle);
  if (!half) throw new TokenFault("keyMissing", `the device does not show the public half of ${label}`);
  const { mechanism: own, publicKey } = half;
  return { handle, mechanism: own, ...(own.algorithm === "sm2-sm3" && { sm2: readSm2PublicKey(publicKey) }) };
}

/**
 * The public half of a private key, by the same CKA_ID: SubjectPublicKeyInfo, and the configured mechanism that fits. Several
 * mechanisms may share a key type; the curve decides then. `undefined` where none fits or the device shows no public half.
 */
export function findPublicHalf(
  token: Token,
  session: Session,
  handle: pkcs11js.Handle,
): { mechanism: Mechanism; publicKey: Uint8Array } | undefined {
  const keyType = keyTypeOf(token, session, handle);
  const candidates = token.options.mechanisms.filter((mechanism) => mechanism.keyType === keyType);
  if (candidates.length === 0) return undefined;
  const [half] = findObjects(token, session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PUBLIC_KEY },
    { type: pkcs11js.CKA_ID, value: attributeOf(token, session, handle, pkcs11js.CKA_ID) },
  ]);
  if (!half) return undefined;
  for (const mechanism of candidates) {
    const publicKey = publicKeyAs(mechanism, (type) => attributeOf(token, session, half, type));
    if (publicKey) return { mechanism, publicKey };
  }
  return undefined;
}

function publicKeyAs({ algorithm }: Mechanism, read: (type: number) => Buffer): Uint8Array | undefined {
  const { CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_EC_POINT } = pkcs11js;
  if (algorithm === "rsa-pkcs1-sha256") return rsaPublicKey(read(CKA_MODULUS), read(CKA_PUBLIC_EXPONENT));
  const params = curveBy(read);
  if (algorithm === "ecdsa-p256-sha256") {
    return params.equals(P256_PARAMS) ? p256PublicKey(read(CKA_EC_POINT)) : undefined;
  }
  return params.length === 0 || params.equals(SM2_PARAMS) ? sm2PublicKeyInfo(read(CKA_EC_POINT)) : undefined;
}

/** Where SM2 is a key type of its own, the curve goes without saying: some devices then have no such attribute. */
function curveBy(read: (type: number) => Buffer): Buffer {
  try {
    return read(pkcs11js.CKA_EC_PARAMS);
  } catch (error) {
    if (faultOf(error).code === CKR_ATTRIBUTE_TYPE_INVALID) return Buffer.alloc(0);
    throw error;
  }
}
