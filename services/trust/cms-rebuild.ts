import { suiteSignatureHolds } from "./algorithm.ts";
import { type CmsOrder, prepareCms } from "./cms.ts";
import type { VerifyOptions } from "./cms-verify.ts";
import { childrenOf, readDerPrefix } from "./der.ts";
import { readTime } from "./der-read.ts";
import { octetString, oid } from "./der-write.ts";
import { OID } from "./oid.ts";
import { validatePath } from "./path.ts";
import { reportOf, type SignatureReport, signerDetails } from "./report.ts";
import type { SigningCertificate } from "./signing-certificate.ts";

/** What a signature of our own was made from. `isTimed`: it bears the signer's time, which it alone tells. */
export interface RebuiltOrder extends Omit<CmsOrder, "signingTime"> {
  isTimed: boolean;
}

/**
 * Verifies a detached CMS by building it anew: all of it but the signature value, and the signer's own time, follows from what it must be, so it is
 * compared octet by octet, and the value and the path are verified. Nothing of it is parsed. `undefined` where it is anything else than `prepareCms`
 * makes, or the value is wrong: `verifyCms` then tells what it is, and whether it holds all the same.
 */
export function verifyRebuilt(
  cms: Uint8Array,
  { isTimed, ...order }: RebuiltOrder,
  options: VerifyOptions,
): SignatureReport | undefined {
  const claimedTime = isTimed ? timeIn(cms) : undefined;
  if (isTimed && !claimedTime) return undefined;
  const { signer } = order;
  const prepared = prepareCms({ ...order, ...(claimedTime && { signingTime: claimedTime }) });
  const signature = valueIn(cms, signer);
  if (signature === undefined || Buffer.compare(prepared.finish(signature), cms) !== 0) return undefined;
  if (!suiteSignatureHolds(signer.parsed.publicKey, prepared.toBeSigned, signature)) return undefined;
  const embedded = [signer.parsed, ...signer.chain.map((der) => options.trust.certificate(der))];
  const { path, findings, revokedLater } = validatePath(signer.parsed, embedded, options);
  const known = new Set(path.map(({ fingerprint }) => fingerprint));
  // A certificate that travels along for nothing is told by `verifyCms`.
  if (path.length > 0 && embedded.some(({ fingerprint }) => !known.has(fingerprint))) return undefined;
  return reportOf(findings, {
    signer: signerDetails(signer.parsed),
    path,
    algorithm: signer.algorithm,
    ...(claimedTime && { claimedTime }),
    ...(revokedLater !== undefined && { revokedLater }),
  });
}

/** Octets of an ECDSA value over a curve of 256 bits, in DER, from the most to the least that one has outside of a dream. */
const VALUE_LENGTHS = [72, 71, 70, 69, 68, 67, 66, 65, 64];

/** The signature value, with which a CMS of our own ends, as an octet string; `undefined` where there is none of a length that the signer's has. */
function valueIn(cms: Uint8Array, { algorithm, parsed: { publicKey } }: SigningCertificate): Uint8Array | undefined {
  const modulus = publicKey.kind === "rsa" ? (publicKey.key.asymmetricKeyDetails?.modulusLength ?? 0) / 8 : 0;
  for (const length of algorithm === "rsa-pkcs1-sha256" ? [modulus] : VALUE_LENGTHS) {
    const value = cms.subarray(cms.length - length);
    const isWhole = modulus > 0 || (value[0] === 0x30 && value[1] === length - 2);
    if (isWhole && Buffer.compare(octetString(value), cms.subarray(cms.length - octetString(value).length)) === 0)
      return value;
  }
  return undefined;
}

const SIGNING_TIME = Buffer.from(oid(OID.signingTime));

/** The time that stands behind the identifier of its attribute; what else is there is compared. */
function timeIn(cms: Uint8Array): Date | undefined {
  const at = Buffer.from(cms.buffer, cms.byteOffset, cms.byteLength).indexOf(SIGNING_TIME);
  if (at < 0) return undefined;
  try {
    const [time] = childrenOf(readDerPrefix(cms.subarray(at + SIGNING_TIME.length)));
    return readTime(time);
  } catch {
    return undefined;
  }
}
