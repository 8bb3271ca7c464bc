import { createHash } from "node:crypto";
import { Refusal } from "../../domain/refusal.ts";
import { type DigestName, type SignatureAlgorithm, SUITES, suiteOf } from "../../trust/algorithm.ts";
import { type RebuiltOrder, verifyRebuilt } from "../../trust/cms-rebuild.ts";
import { verifyCms } from "../../trust/cms-verify.ts";
import { locateSignature, type PdfSignature } from "../../trust/pades-locate.ts";
import type { PathOptions } from "../../trust/path.ts";
import type { SignatureReport } from "../../trust/report.ts";
import { verifySealSignature } from "../../trust/seal/verify-seal-signature.ts";
import type { Signers } from "../../trust/signers.ts";
import { type SigningCertificate, signingCertificateOf } from "../../trust/signing-certificate.ts";
import type { AgentSignatures } from "../agents/signing.ts";

/** What the signatures must cover, and whose they must be. */
export interface SignatureDemand {
  identifier: string;
  /** Canonical bytes of the data message. */
  message: Uint8Array;
  /** Digest over the byte range of the prepared PDF. */
  pdfDigest: (hash: DigestName) => Uint8Array;
  /** Digest of the OFD's signature file, by the hash of the signer's suite, its path, and the electronic seal, if any. */
  ofd: { digest: Uint8Array; signaturePath: string; seal?: Uint8Array };
  /** The seal's signing certificate (DER), and authorities above it. */
  certificate: Uint8Array;
  chain: readonly Uint8Array[];
  signers: Signers;
  now: Date;
}

/**
 * Holds that an agent's signatures are good, cover exactly what was asked, and are made with the certificate that is
 * bound to the seal: those of our own making by building them anew, others by reading them. It which must be trusted, in force and not revoked (5.9.4). Throws `SIGNATURE_INVALID` or `SIGNER_*`
 * otherwise. Returns the certificate's SHA-256 (hex).
 */
export function requireSignatures(signatures: AgentSignatures, demand: SignatureDemand): string {
  const signer = createHash("sha256").update(demand.certificate).digest("hex");
  const { now: at } = demand;
  const options = { ...demand.signers.current(), at };
  const sealed = signingCertificate(demand);
  const { hash } = SUITES[sealed.algorithm];
  const ofMessage = { pades: false, isTimed: true, contentDigest: createHash(hash).update(demand.message).digest() };
  const ofPdf = { pades: true, isTimed: false, contentDigest: demand.pdfDigest(hash) };
  const verified = (cms: Uint8Array, order: Omit<RebuiltOrder, "signer">): SignatureReport =>
    verifyRebuilt(cms, { ...order, signer: sealed }, options) ??
    verifyCms(cms, { contentDigest: order.contentDigest }, { ...options, requirePades: order.pades });
  const checks: [string, SignatureReport][] = [
    ["data message", verified(signatures.messageCms, ofMessage)],
    ["PDF", verified(signatures.pdfCms, ofPdf)],
    ["OFD", verifyOfdValue(signatures.ofdCms, demand, options, verified)],
  ];
  for (const [what, report] of checks) {
    if (!report.ok) throw refused(what, report, signatures.agent, demand.identifier);
    if (report.signer?.fingerprint !== signer) {
      const message = `the signature of the ${what} was made with another certificate than the seal's`;
      throw new Refusal("SIGNER_UNTRUSTED", message, {
        metadata: { agent: signatures.agent, identifier: demand.identifier },
      });
    }
  }
  return signer;
}

/**
 * Holds that whoever reads a finished PDF finds this signature in it, over all of the file but itself, and no other. Throws
 * `SIGNATURE_INVALID`: a certificate that nobody can verify must not count as issued.
 */
export function requireReadable(pdf: Uint8Array, byteRange: PdfSignature["byteRange"], cms: Uint8Array): void {
  const found = locateSignature(pdf);
  if (found.byteRange.join() === byteRange.join() && Buffer.compare(found.cms, cms) === 0) return;
  throw new Refusal("SIGNATURE_INVALID", "the finished PDF shows another signature than the one that was verified");
}

/** What stands in SignedValue.dat: a signature by electronic seal where one is bound, else a CMS. */
function verifyOfdValue(
  value: Uint8Array,
  { ofd, chain }: SignatureDemand,
  options: PathOptions,
  verified: (cms: Uint8Array, order: Omit<RebuiltOrder, "signer">) => SignatureReport,
): SignatureReport {
  const { digest, signaturePath: propertyInfo, seal } = ofd;
  if (!seal) return verified(value, { pades: false, isTimed: false, contentDigest: digest });
  const content = { digestBy: () => digest, propertyInfo, seal };
  return verifySealSignature(value, content, { ...options, intermediates: chain });
}

/** What a seal signs with, by its certificate: that is the same from one issue to the next, and its authorities come with it. */
const read = new WeakMap<Uint8Array, SigningCertificate>();

function signingCertificate({ certificate, chain, signers }: SignatureDemand): SigningCertificate {
  const { trust } = signers.current();
  const known =
    read.get(certificate) ?? signingCertificateOf([certificate, ...chain].map((der) => trust.certificate(der)));
  read.set(certificate, known);
  return known;
}

/** The suite in which a signing certificate's key signs. Throws `INVALID_FIELD` for keys with which nobody may sign. */
export function suiteOfCertificate(certificate: Uint8Array, signers: Signers): SignatureAlgorithm {
  // Out of the memory of the anchors: a seal's certificate is the same from one issue to the next.
  const suite = suiteOf(signers.current().trust.certificate(certificate).publicKey);
  if (suite) return suite;
  throw new Refusal("INVALID_FIELD", "the seal's signing certificate has a key with which departments cannot sign");
}

function refused(what: string, report: SignatureReport, agent: string, identifier: string): Refusal {
  const detail = report.findings.map((finding) => finding.detail).join("; ");
  return new Refusal(report.reasons[0] ?? "SIGNATURE_INVALID", `the signature of the ${what} is refused: ${detail}`, {
    metadata: { agent, identifier, reasons: report.reasons.join(",") },
  });
}
