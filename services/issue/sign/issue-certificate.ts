import type { Confirmation } from "../../../proto/gen/ecert/issue/v1/confirmation_pb.ts";
import { actorIn, appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { parseCertificateIdentifier } from "../../domain/certificate-identifier.ts";
import { certificateSerial } from "../../domain/certificate-serial.ts";
import { transition } from "../../domain/certificate-state.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { Refusal } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { supersedePredecessor } from "../change/supersede.ts";
import type { IssueContext } from "../context.ts";
import { actsFor } from "../record/acts-for.ts";
import { type CertificateDocument, issuedOf, messageOf, wasIssued } from "../record/certificate.ts";
import { withRecordEvent } from "../record/record.ts";
import { counted } from "./count-issue.ts";
import { issueTime } from "./issue-time.ts";
import { renewed } from "./renew.ts";
import { signCertificate } from "./sign-certificate.ts";

/** Times that another writer may come in between (a new origin signature, another replica) before the caller is sent away. */
const TRIES = 5;
/** How long terms are good for a signature from when they were so: with what a call takes, a seal that is unbound signs nothing 5 s later (5.9.4). */
const SIGNED_WITHIN_MS = 3_000;

/**
 * Issues a made certificate (签发): asks the terms again, has the department's agent sign, verifies, and stores state,
 * signatures and event in one write. If somebody else issued it first, here or on another replica, theirs is the answer.
 * The certificate that it replaces is superseded before this resolves.
 */
export async function issueCertificate(
  context: IssueContext,
  call: CallContext,
  identifier: string,
  confirmation?: Confirmation,
): Promise<CertificateDocument> {
  const changedMeanwhile = () => {
    const told = { retryAfterMs: 500, metadata: { identifier } };
    throw new Refusal("REVISION_CONFLICT", `certificate ${identifier} was changed meanwhile; call again`, told);
  };
  const step = async () => {
    const document = await context.certificates.get(identifier);
    if (!document) return changedMeanwhile();
    if (wasIssued(document)) return supersedePredecessor(context, document);
    transition(document.state, "issue", "business_serial");
    requireDerived(context, document);
    const issued = await signAndStore(context, call, document, confirmation);
    return issued && supersedePredecessor(context, issued);
  };
  return untilStored(step, { tries: TRIES, spent: changedMeanwhile });
}

/** Resolves to `undefined` where somebody else wrote meanwhile: the certificate must then be looked at again. */
async function signAndStore(
  context: IssueContext,
  call: CallContext,
  document: CertificateDocument,
  confirmation: Confirmation | undefined,
): Promise<CertificateDocument | undefined> {
  const { runtime } = context;
  const day = shanghaiDay(rightTime(runtime));
  const { app, itemCode } = document;
  const issuerCode = messageOf(document).metadata.issuer.code;
  const terms = await context.terms.issuingTerms({ app, itemCode, issuerCode, day }, call);
  await requirePredecessorInForce(context, document);
  const ready = await renewed(context, document, terms, day);
  if (!ready) return undefined;
  const marked = await counted(context, ready.document, terms, day);
  if (!marked) return undefined;
  const fresh = { ...ready, document: ordered(context, marked, confirmation) };
  const signed = await signCertificate(context, fresh, terms, {
    ...actorIn(call),
    ...actsFor(call, issuerCode),
    ...(confirmation && { confirmation }),
  });
  if (runtime.monotonic() - terms.asOf > SIGNED_WITHIN_MS)
    await context.terms.issuingTerms({ app, itemCode, issuerCode, day }, call);
  const { certificate } = terms.seal;
  const issuedAt = issueTime(runtime, fresh.document, context.signers.current().trust.certificate(certificate));
  const issued = issuedOf(fresh.document, { ...signed, issuedAt }, appOf(call).officer);
  const stored = await context.certificates.replace(context.publishes ? withRecordEvent(issued) : issued);
  if (!stored) return undefined;
  context.passed("issued-stored");
  context.bell.ring();
  runtime.metrics.count("issue_certificates", { step: "issued" });
  return stored;
}

/** Whose word the agent is shown: the officer's where he confirms, and else the origin signature, made anew where this node makes it. */
function ordered(
  { consoleOrigin }: IssueContext,
  document: CertificateDocument,
  confirmation: Confirmation | undefined,
): CertificateDocument {
  if (!confirmation) return consoleOrigin.renewed(document);
  const { origin: _ofTheNode, ...confirmed } = document;
  return confirmed;
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
  if (!predecessor) return;
  await context.forked.requireStands(predecessor);
  transition(predecessor.state, "supersede", "business_serial");
}
