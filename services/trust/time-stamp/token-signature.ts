import { type AlgorithmIdentifier, type PublicKey, signatureHolds } from "../algorithm.ts";
import type { SignedDataView } from "../cms-read.ts";
import { OID } from "../oid.ts";
import { type ImprintHash, imprintHash } from "./imprint.ts";

/** Signature algorithm of the whole for each hash: as certificates name it, and as signatureHolds takes it. */
const ECDSA: Readonly<Partial<Record<ImprintHash, string>>> = {
  sha256: OID.ecdsaWithSha256,
  sha384: OID.ecdsaWithSha384,
  sha512: OID.ecdsaWithSha512,
};
const RSA: Readonly<Partial<Record<ImprintHash, string>>> = {
  sha256: OID.sha256WithRsa,
  sha384: OID.sha384WithRsa,
  sha512: OID.sha512WithRsa,
};

/**
 * The hash of the content and the signature algorithm that a SignerInfo names, where they fit the key: ECDSA on the NIST
 * curves and RSA of 2048 bits or more with SHA-2 (authorities of time stamps sign with stronger keys than departments do),
 * SM2 with SM3. `undefined` for everything else.
 */
export function tokenScheme(
  { digestAlgorithm, signatureAlgorithm }: SignedDataView,
  { kind }: PublicKey,
): { hash: ImprintHash; algorithm: AlgorithmIdentifier } | undefined {
  const hash = imprintHash(digestAlgorithm.oid);
  if (hash === undefined || digestAlgorithm.parameters === "other") return undefined;
  const { oid, parameters } = signatureAlgorithm;
  const as = (whole: string | undefined, ...shorthands: string[]) =>
    whole !== undefined && [whole, ...shorthands].includes(oid)
      ? { hash, algorithm: { oid: whole, parameters } }
      : undefined;
  if (kind === "rsa") return as(RSA[hash], OID.rsaEncryption);
  if (kind === "sm2") return hash === "sm3" ? as(OID.sm2WithSm3, OID.sm2Signature) : undefined;
  return kind === "p256" || kind === "p384" || kind === "p521" ? as(ECDSA[hash]) : undefined;
}

/** Tells whether the signature of a token is good under the key, by an algorithm that {@link tokenScheme} allows. */
export function tokenSignatureHolds(view: SignedDataView, key: PublicKey): boolean {
  const scheme = tokenScheme(view, key);
  return scheme !== undefined && signatureHolds(scheme.algorithm, key, view.signedAttributes, view.signature);
}
