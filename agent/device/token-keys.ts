import { randomBytes } from "node:crypto";
import pkcs11js from "pkcs11js";
import type { SignatureAlgorithm } from "../../services/trust/algorithm.ts";
import type { DeviceKey } from "./device.ts";
import { P256_PARAMS, SM2_PARAMS } from "./key-form.ts";
import type { Session, Token } from "./token.ts";
import { TokenFault } from "./token-fault.ts";
import { findPublicHalf } from "./token-find.ts";
import { attributeOf, findObjects } from "./token-objects.ts";

/** Lists the signing keys that the configured mechanisms can use. */
export function listKeys(token: Token): DeviceKey[] {
  return token.run((session) =>
    findObjects(token, session, [{ type: pkcs11js.CKA_CLASS, value: pkcs11js.CKO_PRIVATE_KEY }]).flatMap((handle) => {
      const label = attributeOf(token, session, handle, pkcs11js.CKA_LABEL).toString("utf8");
      const half = findPublicHalf(token, session, handle);
      if (half === undefined || label === "") return [];
      return [{ label, algorithm: half.mechanism.algorithm, publicKey: half.publicKey }];
    }),
  );
}

/** Makes a key pair in the token: persistent, sensitive, not extractable. */
export function generateKey(token: Token, label: string, algorithm: SignatureAlgorithm, rsaBits: number): DeviceKey {
  const { CKA_LABEL, CKA_CLASS, CKO_PRIVATE_KEY } = pkcs11js;
  return token.run((session) => {
    const mechanism = token.options.mechanisms.find((candidate) => candidate.algorithm === algorithm);
    if (!mechanism) throw new TokenFault("mechanismMissing", `no mechanism is configured for ${algorithm}`);
    const taken = [
      { type: CKA_LABEL, value: label },
      { type: CKA_CLASS, value: CKO_PRIVATE_KEY },
    ];
    if (findObjects(token, session, taken).length > 0)
      throw new TokenFault("keyExists", `a key ${label} is there already`);
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
        : [{ type: pkcs11js.CKA_EC_PARAMS, value: algorithm === "sm2-sm3" ? SM2_PARAMS : P256_PARAMS }];
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
    const half = findPublicHalf(token, session, handle);
    if (half === undefined) {
      destroyPair(token, session, id);
      throw new TokenFault("keyMissing", `the device does not show the public half of ${label}`);
    }
    return { label, algorithm, publicKey: half.publicKey };
  });
}

/** Destroys both halves of the key pair with that label and that public key, and nothing else. */
export function removeKey(token: Token, label: string, publicKey: Uint8Array): void {
  token.run((session) => {
    const { CKA_LABEL, CKA_CLASS, CKA_ID, CKO_PRIVATE_KEY } = pkcs11js;
    const named = [
      { type: CKA_LABEL, value: label },
      { type: CKA_CLASS, value: CKO_PRIVATE_KEY },
    ];
    for (const handle of findObjects(token, session, named)) {
      const half = findPublicHalf(token, session, handle);
      if (!half || Buffer.compare(half.publicKey, publicKey) !== 0) continue;
      destroyPair(token, session, attributeOf(token, session, handle, CKA_ID));
    }
  });
}

function destroyPair(token: Token, session: Session, id: Buffer): void {
  for (const handle of findObjects(token, session, [{ type: pkcs11js.CKA_ID, value: id }])) {
    token.library.C_DestroyObject(session.handle, handle);
  }
}
