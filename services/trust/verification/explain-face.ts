import { Refusal } from "../../domain/refusal.ts";
import { readSignedData } from "../cms-read.ts";
import { verifyCms } from "../cms-verify.ts";
import { readOctets } from "../der-read.ts";
import { OID } from "../oid.ts";
import { locateSignature } from "../pades-locate.ts";
import { readMessageView } from "./message-view.ts";
import type { OpenedDocument } from "./opened.ts";
import type { VerificationOptions } from "./options.ts";
import { pdfChanges } from "./pdf-changes.ts";
import type { AlteredPart } from "./report.ts";

/**
 * Names the pages and objects of an altered PDF by the original on record, to whoever holds the genuine signature over that
 * original: it was given to them together with the certificate. The signature must be good for the digest that it names, by a
 * signer who is trusted, and that digest the one on record of the certificate that the copy names.
 */
export async function explainFace(
  { signed, identifier, claimedTime }: OpenedDocument,
  { trust, status, at }: VerificationOptions,
): Promise<AlteredPart[]> {
  if (signed === undefined || identifier === undefined || status === undefined) return [];
  const digest = genuineDigest(signed.cms, { trust, at: claimedTime ?? at });
  if (digest === undefined) return [];
  const found = await status.statusOf(identifier, { original: true });
  if (typeof found !== "object" || found.message === undefined || found.pdf === undefined) return [];
  const recorded = readMessageView(found.message).faces?.find(({ format }) => format === "pdf")?.sha256;
  const original = Buffer.from(found.pdf);
  if (recorded !== digest || coveredDigest(original) !== digest) return [];
  return pdfChanges(original, Buffer.from(signed.revision));
}

/** SHA-256 that a good signature of a trusted signer names; `undefined` where it is none, or goes by SM3, of which there is no record. */
function genuineDigest(
  cms: Uint8Array,
  options: { trust: VerificationOptions["trust"]; at: Date },
): string | undefined {
  try {
    const claimed = readSignedData(cms).attributes.get(OID.messageDigest);
    if (claimed === undefined) return undefined;
    const contentDigest = readOctets(claimed);
    const report = verifyCms(cms, { contentDigest }, { ...options, requirePades: true });
    return report.ok && report.algorithm !== "sm2-sm3" ? Buffer.from(contentDigest).toString("hex") : undefined;
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

function coveredDigest(original: Buffer): string | undefined {
  try {
    return Buffer.from(locateSignature(original).digestBy("sha256")).toString("hex");
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
