import type { Confirmation } from "../../../proto/gen/ecert/issue/v1/confirmation_pb.ts";
import { finishOfd, prepareOfdSignature } from "../../document/ofd/sign-ofd.ts";
import { embedSignature, rangeDigest } from "../../document/prepared-pdf.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { rightTime } from "../../host/right-time.ts";
import type { DigestName } from "../../trust/algorithm.ts";
import type { AgentSignatures } from "../agents/signing.ts";
import type { IssueContext } from "../context.ts";
import type { DrawnCertificate } from "../face/draw.ts";
import { type CertificateDocument, messageOf, type SignedParts } from "../record/certificate.ts";
import type { SignedStatement } from "../terms/item-rules.ts";
import type { IssuingTerms } from "../terms/terms.ts";
import { confirmationIn, handedOn } from "./confirmation.ts";
import { requireReadable, requireSignatures, suiteOfCertificate } from "./signature-check.ts";

/**
 * Has a made certificate signed: by the department's agent, verified here, then stamped. Makes durable all that the one write behind it
 * will name, with an evidence line before and one after, which name the members of staff who made and issue it on screen.
 */
export async function signCertificate(
  context: IssueContext,
  { document, prepared }: DrawnCertificate,
  terms: IssuingTerms,
  { confirmation, ...actor }: { actor?: string; confirmation?: Confirmation },
): Promise<Omit<SignedParts, "issuedAt">> {
  const { runtime, faces, passed } = context;
  const identifier = document._id;
  const message = Buffer.from(document.message);
  const messageSha256 = sha256Hex(message);
  const { app, businessSerial, origin, madeBy } = document;
  context.timeStamps.requireHope();
  const staff = { ...(madeBy && { maker: `staff/${madeBy.account}` }), ...actor };
  const asked = {
    app,
    businessSerial,
    ...staff,
    ...(origin && { originKey: origin.keyId, originSignedAt: origin.signedAt }),
    ...confirmationIn(confirmation),
  };
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
    ...(confirmation && { confirmation: handedOn(confirmation) }),
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
  const demand = { identifier, message, certificate, chain, signers: context.signers, now: rightTime(runtime) };
  const pdfDigest = (hash: DigestName) => rangeDigest(prepared.pdf, hash);
  const signer = requireSignatures(signatures, { ...demand, pdfDigest, ofd: { ...pending, ...(seal && { seal }) } });
  const stamped = await context.timeStamps.stamp(signatures, seal !== undefined);
  passed("stamped");
  const pdf = embedSignature(prepared.pdf, stamped.pdfCms);
  requireReadable(pdf, prepared.pdf.byteRange, stamped.pdfCms);
  const ofd = finishOfd(pending, stamped.ofdCms);
  const kept = [pdf, ofd].map((file) => runtime.store.blobs.begin(file));
  const [pdfSha256, ofdSha256] = kept.map(({ digest }) => digest) as [string, string];
  await Promise.all([
    ...kept.map(({ durable }) => durable),
    runtime.evidence.append("certificate-signed", {
      ...{ identifier, app, businessSerial, ...staff, messageSha256, pdfSha256, ofdSha256, signer },
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
