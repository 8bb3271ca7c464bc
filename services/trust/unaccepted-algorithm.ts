import type { PublicKey } from "./algorithm.ts";
import { OID } from "./oid.ts";

/** Algorithms that are as strong as those of the suites: what is signed with them cannot be judged here, and is not weak. */
const STRONG: ReadonlySet<string> = new Set([
  ...[OID.sha256, OID.sha384, OID.sha512, OID.sm3, "SHA-256", "SHA-384", "SHA-512", "SM3"],
  ...[OID.sha256WithRsa, OID.sha384WithRsa, OID.sha512WithRsa, OID.rsaEncryption],
  ...[OID.ecdsaWithSha256, OID.ecdsaWithSha384, OID.ecdsaWithSha512, OID.ed25519],
  ...[OID.sm2WithSm3, OID.sm2Signature],
]);

/** What is said of algorithms (identifiers, or names of digests) outside of the suites: that they are weak, or strong and not read here. */
export function unaccepted(...algorithms: readonly string[]): "is not accepted" | "is not supported" {
  return algorithms.every((one) => STRONG.has(one)) ? "is not supported" : "is not accepted";
}

/** The same of a signer's key that has no suite. */
export function unacceptedKey({ kind }: PublicKey): string {
  if (kind === "unsupported") return "the signer's key is weak or of an unknown kind";
  return `the signer's key algorithm ${kind} is not supported`;
}
