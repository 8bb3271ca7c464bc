import { randomBytes } from "node:crypto";
import pkcs11js from "pkcs11js";
import type { SignatureAlgorithm } from "../../services/trust/algorithm.ts";
import type { DeviceKey } from "./device.ts";
import type { Mechanism } from "./driver-protocol.ts";
import { ecdsaSignature, P256_PARAMS, p256PublicKey, rsaPublicKey, sha256DigestInfo } from "./key-form.ts";
import type { Session, Token } from "./token.ts";
import { TokenFault } from "./token-fault.ts";

/** Larger than any signature here: a short buffer makes the device answer 0x5 and forget the operation. */
const signatureBuffer = Buffer.alloc(2048);
const SHA256_LENGTH = 32;

/** Signs a SHA-256 digest with the key of that label. */
export function signDigest(token: Token, label: string, digest: Uint8Array): Uint8Array {
  // CKM_ECDSA takes any length without complaint, so the length is held here.
  if (digest.length !== SHA256_LENGTH) throw new TokenFault("digestLength", `a digest has ${digest.length} bytes`);
  return token.run((session) => {
    const key = privateKey(token, session, label);
    const mechanism = token.options.mechanisms.find(({ keyType }) => keyType === key.keyType);
    // An RSA mechanism on an EC key fails only at C_Sign: the mechanism follows the key's own type.
    if (!mechanism) throw new TokenFault("keyMissing", `key ${label} has key type 0x${key.keyType.toString(16)}`);
    const isRsa = mechanism.algorithm === "rsa-pkcs1-sha256";
    token.library.C_SignInit(session.handle, { mechanism: mechanism.sign }, key.handle);
    const input = isRsa ? sha256DigestInfo(digest) : Buffer.from(digest);
    const signature = token.library.C_Sign(session.handle, input, signatureBuffer);
    return isRsa ? Uint8Array.from(signature) : ecdsaSignature(signature);
  });
}

/** Lists the signing keys that the configured mechanisms can use. */
export function listKeys(token: Token): DeviceKey[] {
  return token.run((session) =>
    find(token, session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY }]).flatMap((handle) => {
      const label = attribute(token, session, handle, pkcs11js.CKA_LABEL).toString("utf8");
      const key = publicKeyOf(token, session, handle, keyTypeOf(token, session, handle));
      return key === undefined || label === "" ? [] : [{ label, ...key }];
    }),
  );
}

/** Makes a key pair in the token: persistent, sensitive, not extractable. */
export function generateKey(token: Token, label: string, algorithm: SignatureAlgorithm, rsaBits: number): DeviceKey {
  const { CKA_LABEL, CKA_CLASS, CKO_PRIVATE_KEY } = pkcs11js;
  return token.run((session) => {
    const mechanism = token.options.mechanisms.find((candidate) => candidate.algorithm === algorithm) as Mechanism;
    const taken = [
      { type: CKA_LABEL, value: label },
      { type: CKA_CLASS, value: CKO_PRIVATE_KEY },
    ];
    if (find(token, session, taken).length > 0) throw new TokenFault("keyExists", `a key ${label} is there already`);
    const id = randomBytes(20);
    const named = [
      { type: CKA_LABEL, value: label },
      { type: pkcs11js.CKA_ID, value: id },
      { type: pkcs11js.CKA_TOKEN, value: true },
    ];
    const kind =
      algorithm === "rsa-pkcs1-sha256"
        ? [
            { type: pkcs11js.CKA_MODULUS_BITS, value: rsaBits },
            { type: pkcs11js.CKA_PUBLIC_EXPONENT, value: Buffer.from([1, 0, 1]) },
          ]
        : [{ type: pkcs11js.CKA_EC_PARAMS, value: P256_PARAMS }];
    const { privateKey: handle } = token.library.C_GenerateKeyPair(
      session.handle,
      { mechanism: mechanism.generate },
      [...named, ...kind, { type: pkcs11js.CKA_VERIFY, value: true }],
      [
        ...named,
        { type: pkcs11js.CKA_PRIVATE, value: true },
        { type: pkcs11js.CKA_SENSITIVE, value: true },
        { type: pkcs11js.CKA_EXTRACTABLE, value: false },
        { type: pkcs11js.CKA_SIGN, value: true },
      ],
    );
    const key = publicKeyOf(token, session, handle, mechanism.keyType);
    if (key === undefined) throw new TokenFault("keyMissing", `the device does not show the public half of ${label}`);
    return { label, ...key };
  });
}

function privateKey(token: Token, session: Session, label: string): { handle: pkcs11js.Handle; keyType: number } {
  const known = session.keys.get(label);
  if (known) return known;
  const [handle, another] = find(token, session, [
    { type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY },
    { type: pkcs11js.CKA_LABEL, value: label },
  ]);
  if (another) throw new TokenFault("keyAmbiguous", `several private keys have label ${label}`);
  if (!handle) {
    if (token.believeMissing(label)) throw new TokenFault("keyMissing", `no private key with label ${label}`);
    throw new TokenFault("keyVanished", `no private key with label ${label} was found`);
  }
  token.found(label);
  const key = { handle, keyType: keyTypeOf(token, session, handle) };
  session.keys.set(label, key);
  return key;
}

function publicKeyOf(
  token: Token,
  session: Session,
  handle: pkcs11js.Handle,
  keyType: number,
): Omit<DeviceKey, "label"> | undefined {
  const algorithm = token.options.mechanisms.find((mechanism) => mechanism.keyType === keyType)?.algorithm;
  if (algorithm === undefined) return undefined;
  const { CKA_CLASS, CKO_PUBLIC_KEY, CKA_ID, CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_EC_POINT, CKA_EC_PARAMS } = pkcs11js;
  const id = attribute(token, session, handle, CKA_ID);
  const [half] = find(token, session, [
    { type: CKA_CLASS, value: CKO_PUBLIC_KEY },
    { type: CKA_ID, value: id },
  ]);
  if (!half) return undefined;
  const read = (type: number) => attribute(token, session, half, type);
  if (algorithm === "rsa-pkcs1-sha256") {
    return { algorithm, publicKey: rsaPublicKey(read(CKA_MODULUS), read(CKA_PUBLIC_EXPONENT)) };
  }
  if (!read(CKA_EC_PARAMS).equals(P256_PARAMS)) return undefined;
  const publicKey = p256PublicKey(read(CKA_EC_POINT));
  return publicKey && { algorithm, publicKey };
}

function keyTypeOf(token: Token, session: Session, handle: pkcs11js.Handle): number {
  // CK_ULONG in the byte order of the host, 4 or 8 bytes.
  return attribute(token, session, handle, pkcs11js.CKA_KEY_TYPE).readUInt32LE(0);
}

function attribute(token: Token, session: Session, handle: pkcs11js.Handle, type: number): Buffer {
  return token.library.C_GetAttributeValue(session.handle, handle, [{ type }])[0]?.value ?? Buffer.alloc(0);
}

function find(token: Token, session: Session, template: pkcs11js.Template): pkcs11js.Handle[] {
  token.library.C_FindObjectsInit(session.handle, template);
  try {
    const found: pkcs11js.Handle[] = [];
    for (;;) {
      const some = token.library.C_FindObjects(session.handle, 64);
      if (some.length === 0) return found;
      found.push(...some);
    }
  } finally {
    token.library.C_FindObjectsFinal(session.handle);
  }
}
