import { finishOfd, prepareOfdSignature } from "../document/ofd/sign-ofd.ts";
import { embedSignature, rangeDigest } from "../document/prepared-pdf.ts";
import { sha256Hex } from "../domain/canonical.ts";
import { parseCertificateIdentifier } from "../domain/certificate-identifier.ts";
import { certificateSerial } from "../domain/certificate-serial.ts";
import { transition } from "../domain/certificate-state.ts";
import { shanghaiDay } from "../domain/civil-date.ts";
import { Refusal } from "../domain/refusal.ts";
import type { CallContext } from "../runtime/service.ts";
import type { DigestName } from "../trust/algorithm.ts";
import { type CertificateDocument, issuedOf, messageOf, type SignedParts, wasIssued } from "./certificate.ts";
import type { IssueContext } from "./context.ts";
import type { DrawnFace } from "./faces.ts";
import { finalised } from "./finalise.ts";
import type { SignedStatement } from "./item-rules.ts";
import { withRecordEvent } from "./record.ts";
import { requireReadable, requireSignatures, suiteOfCertificate } from "./signature-check.ts";
import type { AgentSignatures } from "./signing.ts";
import { supersedePredecessor } from "./supersede.ts";
import type { IssuingTerms } from "./terms.ts";

/** Times that another writer may come in between (a new origin signature, another replica) before the caller is sent away. */
const TRIES = 5;

/**
 * Issues a made certificate (签发): asks the terms again, has the department's agent sign, verifies, and stores state,
 * signatures and event in one write. If somebody else issued it first, here or on another replica, theirs is the answer.
 * The certificate that it replaces is superseded before this resolves.
 */
export async function issueCertificate(
  context: IssueContext,
  call: CallContext,
  identifier: string,
): Promise<CertificateDocument> {
  for (let tries = 0; tries < TRIES; tries++) {
    const document = await context.certificates.get(identifier);
    if (!document) break;
    if (wasIssued(document)) return supersedePredecessor(context, document);
    transition(document.state, "issue");
    requireDerived(context, document);
    const issued = await signAndStore(context, call, document);
    if (issued) return supersedePredecessor(context, issued);
  }
  throw new Refusal("REVISION_CONFLICT", `certificate ${identifier} was changed meanwhile; call again`, {
    retryAfterMs: 500,
    metadata: { identifier },
  });
}

/** Resolves to `undefined` where somebody else wrote meanwhile: the certificate must then be looked at again. */
async function signAndStore(
  context: IssueContext,
  call: CallContext,
  document: CertificateDocument,
): Promise<CertificateDocument | undefined> {
  const { runtime } = context;
  const day = shanghaiDay(runtime.now());
  const { app, itemCode } = document;
  const issuerCode = messageOf(document).metadata.issuer.code;
  const terms = await context.terms.issuingTerms({ app, itemCode, issuerCode, day }, call);
  await requirePredecessorInForce(context, document);
  const ready = await finalised(context, document, terms, day);
  if (!ready) return undefined;
  const signed = await sign(context, ready.document, ready.prepared, terms);
  const issued = issuedOf(ready.document, { ...signed, issuedAt: runtime.now().toISOString() });
  const stored = await context.certificates.replace(context.publishes ? withRecordEvent(issued) : issued);
  if (!stored) return undefined;
  context.passed("issued-stored");
  context.bell.ring();
  runtime.metrics.count("issue_certificates", { step: "issued" });
  return stored;
}

/** Gets and verifies the signatures, and makes durable all that the one write will name: an evidence line before, one after. */
async function sign(
  context: IssueContext,
  document: CertificateDocument,
  prepared: DrawnFace,
  terms: IssuingTerms,
): Promise<Omit<SignedParts, "issuedAt">> {
  const { runtime, faces, passed } = context;
  const identifier = document._id;
  const message = Buffer.from(document.message);
  const messageSha256 = sha256Hex(message);
  const { app, businessSerial, origin } = document;
  context.timeStamps.requireHope();
  const asked = { app, businessSerial, ...(origin && { originKey: origin.keyId, originSignedAt: origin.signedAt }) };
  await runtime.evidence.append("certificate-signing", { identifier, messageSha256, seal: terms.seal.code, ...asked });
  passed("signing-witnessed");
  const [template, version, attachments, nodeKeys] = await Promise.all([
    faces.load(document.template),
    versionOf(context, document),
    faces.attached(document.template, messageOf(document)),
    context.nodeKeys.current(),
  ]);
  const signatures = await context.signing.sign({
    seal: terms.seal.code,
    certificate: terms.seal.certificate,
    message,
    origin: document.origin && { ...document.origin, signature: Buffer.from(document.origin.signature, "base64") },
    numberGiven: document.numberGiven,
    template,
    sealPicture: document.sealPicture,
    version,
    newest: terms.item.statement,
    nodeKeys,
    attachments,
  });
  passed("signed");
  const { certificate, chain, electronic: seal } = terms.seal;
  const suite = suiteOfCertificate(certificate, context.signers);
  const pending = prepareOfdSignature(prepared.ofd, { suite, ...(seal && { seal }) });
  const demand = { identifier, message, certificate, chain, signers: context.signers, now: runtime.now() };
  const pdfDigest = (hash: DigestName) => rangeDigest(prepared.pdf, hash);
  const signer = requireSignatures(signatures, { ...demand, pdfDigest, ofd: { ...pending, ...(seal && { seal }) } });
  const stamped = await context.timeStamps.stamp(signatures, seal !== undefined);
  passed("stamped");
  const pdf = embedSignature(prepared.pdf, stamped.pdfCms);
  requireReadable(pdf, prepared.pdf.byteRange, stamped.pdfCms);
  const ofd = finishOfd(pending, stamped.ofdCms);
  const [pdfSha256, ofdSha256] = [sha256Hex(pdf), sha256Hex(ofd)];
  await Promise.all([
    runtime.store.blobs.put(pdf),
    runtime.store.blobs.put(ofd),
    runtime.evidence.append("certificate-signed", {
      ...{ identifier, messageSha256, pdfSha256, ofdSha256, signer },
      // As the agent's journal has it, and as it is kept.
      messageCmsSha256: sha256Hex(signatures.messageCms),
      ...(stamped !== signatures && { stampedCmsSha256: sha256Hex(stamped.messageCms) }),
      ...journalOf(signatures),
    }),
  ]);
  passed("signed-witnessed");
  const messageCms = Buffer.from(stamped.messageCms).toString("base64");
  const files = { pdfSha256, pdfBytes: pdf.length, ofdSha256, ofdBytes: ofd.length };
  return { messageCms, ...files, signer, ...journalOf(signatures) };
}

function journalOf({ agent, journalEntry }: AgentSignatures): { agent: string; journalEntry: number } {
  return { agent, journalEntry };
}

/** The item's version as the province signed it, with which the certificate was made. */
async function versionOf({ faces }: IssueContext, { catalogVersion }: CertificateDocument): Promise<SignedStatement> {
  const { sha256 = "", signature = "" } = catalogVersion ?? {};
  return { ...(await faces.load(sha256)), signature: Buffer.from(signature, "base64") };
}

/** What was made while serials were counted, or before versions were signed, no agent signs: better told here, with what to do. */
function requireDerived({ runtime }: IssueContext, document: CertificateDocument): void {
  const { metadata } = messageOf(document);
  const source = { ...metadata, node: runtime.config.node.code };
  const derived =
    document.replaces !== undefined || parseCertificateIdentifier(document._id).serial === certificateSerial(source);
  if (derived && document.catalogVersion) return;
  const message = "the certificate was made before serials followed from orders, so no agent signs it";
  throw new Refusal("STATE_CONFLICT", `${message}: discard it and make it anew under a new business serial`, {
    metadata: { state: document.state, action: "issue", identifier: document._id },
  });
}

/** A replacement of something that is no longer in force must not come into force itself. */
async function requirePredecessorInForce(context: IssueContext, { replaces }: CertificateDocument): Promise<void> {
  if (replaces === undefined) return;
  const predecessor = await context.certificates.get(replaces);
  if (predecessor) transition(predecessor.state, "supersede");
}
