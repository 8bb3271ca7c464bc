import { createHash } from "node:crypto";
import { OID } from "../oid.ts";

/** Hashes by which a time stamp may name what it is over. SHA-1 and MD5 are absent on purpose. */
export type ImprintHash = "sha256" | "sha384" | "sha512" | "sm3";

/** Object identifiers of the hashes. */
export const IMPRINT_OIDS: Readonly<Record<ImprintHash, string>> = {
  sha256: OID.sha256,
  sha384: OID.sha384,
  sha512: OID.sha512,
  sm3: OID.sm3,
};

/** The hash with this object identifier; `undefined` for every other. */
export function imprintHash(oid: string): ImprintHash | undefined {
  return (Object.keys(IMPRINT_OIDS) as ImprintHash[]).find((hash) => IMPRINT_OIDS[hash] === oid);
}

/** What a time stamp is over: the octets, or what gives their digest by the hash that the token names. */
export type StampedContent = Uint8Array | ((hash: ImprintHash) => Uint8Array);

/** Digest of the content by the hash. */
export function imprintOf(content: StampedContent, hash: ImprintHash): Uint8Array {
  return typeof content === "function" ? content(hash) : createHash(hash).update(content).digest();
}
