import { createHash } from "node:crypto";
import { Refusal } from "../../domain/refusal.ts";
import type { TrustAnchors } from "../anchors.ts";
import type { Certificate } from "../certificate.ts";
import { checkAttributes, embeddedSigner, invalid } from "../cms-signer.ts";
import { readDer } from "../der.ts";
import { readIntegerBytes } from "../der-read.ts";
import { unsignedInteger } from "../der-write.ts";
import { extendedKeyUsageOf } from "../extension.ts";
import { OID } from "../oid.ts";
import { validatePath } from "../path.ts";
import { type Finding, reportOf, signerDetails, type TimeStampReport } from "../report.ts";
import type { RevocationSource } from "../revocation.ts";
import { imprintOf, type StampedContent } from "./imprint.ts";
import { readTimeStampToken, type TimeStampToken } from "./read-token.ts";
import { tokenScheme, tokenSignatureHolds } from "./token-signature.ts";

/** The authorities whose time stamps count. They are trusted for nothing else. */
export interface TimeStampTrust {
  trust: TrustAnchors;
  /** Where it is given, every certificate below the anchor must have a known status. */
  revocation?: RevocationSource;
  /** DER of authorities between the signer of a token and an anchor, beside those that the token brings along. */
  intermediates?: readonly Uint8Array[];
}

/** What a token is verified against. */
export interface TimeStampOptions extends TimeStampTrust {
  /**
   * The time at which the authority's certificates must be valid and not revoked. Default: the time that the token gives.
   * Later revocations are told in `revokedLater`; after a compromise the token proves nothing, which the caller judges.
   */
  at?: Date;
  /** The octets that the request bore; where they are given the token must repeat them. */
  nonce?: Uint8Array;
  /** Policy that the token must have been made under. */
  policy?: string;
}

/** Milliseconds within which a token must tell the time: what clocks of signers are forgiven as well. */
const MAX_ACCURACY_MS = 300_000;

/**
 * Verifies a time stamp token (RFC 3161; RFC 5816) over `content`. Never throws on what the token holds. Strict: the imprint is
 * that of the content, one signer whose certificate is embedded and named by ESSCertIDv2, extended key usage timeStamping
 * critical and alone (RFC 3161 §2.3), a valid path to an anchor, and no certificate beside that path, so that nothing foreign travels along.
 * How the envelope is written is its authority's choice. Keys: P-256, P-384, P-521, RSA of 2048 bits or more, SM2.
 */
export function verifyTimeStampToken(
  token: Uint8Array,
  content: StampedContent,
  options: TimeStampOptions,
): TimeStampReport {
  try {
    return verify(readTimeStampToken(token), content, options);
  } catch (error) {
    if (error instanceof Refusal) return reportOf([{ reason: "SIGNATURE_INVALID", detail: error.message }]);
    throw error;
  }
}

function verify(token: TimeStampToken, content: StampedContent, options: TimeStampOptions): TimeStampReport {
  const { info } = token;
  const { signer, certificates } = embeddedSigner(token, options.trust);
  const scheme = tokenScheme(token, signer.publicKey);
  if (scheme === undefined) throw invalid("the algorithms of the token are not accepted for the authority's key");
  const digest = createHash(scheme.hash).update(token.content).digest();
  checkAttributes(token, signer, { contentType: OID.timeStampInfo, digest });
  if (!tokenSignatureHolds(token, signer.publicKey)) throw invalid("the authority's signature value is wrong");
  const findings: Finding[] = [];
  const hold = (holds: boolean, detail: string) => {
    if (!holds) findings.push({ reason: "SIGNATURE_INVALID", detail });
  };
  hold(equal(info.imprint, imprintOf(content, info.hash)), "the imprint is of something else");
  hold(
    options.nonce === undefined || repeats(info.nonce, options.nonce),
    "it does not repeat the nonce of the request",
  );
  hold(options.policy === undefined || info.policy === options.policy, `it was made under policy ${info.policy}`);
  const accuracy = info.accuracyMs ?? 0;
  hold(accuracy <= MAX_ACCURACY_MS, `it tells the time to ${accuracy / 1000} s, which proves too little`);
  hold(stampsOnly(signer), "the certificate is not for time stamping alone (RFC 3161 §2.3)");
  const between = (options.intermediates ?? []).map((der) => options.trust.certificate(der));
  const path = validatePath(signer, [...certificates, ...between], {
    ...options,
    at: options.at ?? info.time,
    purpose: "timeStamping",
  });
  hold(!hasStrangers(signer, certificates, path.path, options.trust), "a certificate is embedded that is not its own");
  return {
    ...reportOf([...findings, ...path.findings], {
      signer: signerDetails(signer),
      path: path.path,
      ...(path.revokedLater !== undefined && { revokedLater: path.revokedLater }),
    }),
    ...(path.listsEnd !== undefined && { listsEnd: path.listsEnd }),
    stamp: info,
  };
}

/** extendedKeyUsage critical, with timeStamping as its only use. */
function stampsOnly(signer: Certificate): boolean {
  const uses = extendedKeyUsageOf(signer);
  const critical = signer.extensions.get(OID.extendedKeyUsage)?.critical ?? false;
  return critical && uses?.length === 1 && uses[0] === OID.timeStamping;
}

/**
 * Whether certificates are embedded that are not on the path. Where there is no path, since the authority is not known here,
 * the embedded ones must form one chain by themselves, whose end is as its issuer signed it, as far as that one is here.
 */
function hasStrangers(
  signer: Certificate,
  embedded: readonly Certificate[],
  path: readonly Certificate[],
  trust: TrustAnchors,
): boolean {
  const among = (list: readonly Certificate[], one: Certificate) =>
    list.some(({ fingerprint }) => fingerprint === one.fingerprint);
  if (path.length > 0) return embedded.some((one) => !among(path, one));
  const chain = [signer];
  let top = signer;
  for (let next = above(top); next !== undefined; next = above(top)) {
    chain.push(next);
    top = next;
  }
  // An anchor, or the root that was embedded, must have signed the certificate that says so.
  const claimed = [...trust.anchors, top].filter(({ subjectDer }) => Buffer.compare(subjectDer, top.issuerDer) === 0);
  const disowned = claimed.length > 0 && !claimed.some((issuer) => trust.issued(issuer, top));
  return disowned || embedded.some((one) => !among(chain, one));

  function above(child: Certificate): Certificate | undefined {
    return embedded.find((candidate) => !among(chain, candidate) && trust.issued(candidate, child));
  }
}

/** Compares as numbers: the octets that were sent may begin with zeros, those of the INTEGER do not. */
function repeats(found: Uint8Array | undefined, nonce: Uint8Array): boolean {
  return found !== undefined && equal(found, readIntegerBytes(readDer(unsignedInteger(nonce))));
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
