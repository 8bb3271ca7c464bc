import { Refusal } from "../../domain/refusal.ts";
import { SUITES } from "../algorithm.ts";
import { readSignedData } from "../cms-read.ts";
import { verifyCms } from "../cms-verify.ts";
import { readOctets } from "../der-read.ts";
import { OID } from "../oid.ts";
import { locateSignature } from "../pades-locate.ts";
import type { OpenedDocument } from "./opened.ts";
import type { VerificationOptions } from "./options.ts";
import { pdfChanges } from "./pdf-changes.ts";
import type { AlteredPart } from "./report.ts";

/**
 * Names the pages and objects of an altered PDF by the original on record, to whoever holds the genuine signature over that
 * original: it was given to them together with the certificate. The signature must be good for the digest that it names, by a
 * signer who is trusted, and that digest the one of the original of the certificate that the copy names.
 */
export async function explainFace(
  { signed, identifier, claimedTime }: OpenedDocument,
  { trust, status, at }: VerificationOptions,
): Promise<AlteredPart[]> {
  if (signed === undefined || identifier === undefined || status === undefined) return [];
  const covers = refusedAs(undefined, () => genuineCover(signed.cms, { trust, at: claimedTime ?? at }));
  if (covers === undefined) return [];
  const found = await status.statusOf(identifier, { original: true, signature: signed.cms });
  if (typeof found !== "object" || found.pdf === undefined) return [];
  const original = Buffer.from(found.pdf);
  return refusedAs(false, () => covers(original)) ? pdfChanges(original, Buffer.from(signed.revision)) : [];
}

/** Tells of a file whether a signature is over it; `undefined` where it is not good, whatever it is over. */
function genuineCover(cms: Uint8Array, options: { trust: VerificationOptions["trust"]; at: Date }) {
  const claimed = readSignedData(cms).attributes.get(OID.messageDigest);
  if (claimed === undefined) return undefined;
  const contentDigest = readOctets(claimed);
  const { ok, algorithm } = verifyCms(cms, { contentDigest }, { ...options, requirePades: true });
  if (!ok || algorithm === undefined) return undefined;
  return (file: Uint8Array) =>
    Buffer.compare(locateSignature(file).digestBy(SUITES[algorithm].hash), contentDigest) === 0;
}

function refusedAs<T>(otherwise: T, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return otherwise;
    throw error;
  }
}
