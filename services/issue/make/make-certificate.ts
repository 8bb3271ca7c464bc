import type { MakeOrder, Origin } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { appOf } from "../../call/chain/app-of.ts";
import type { CallContext } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import type { Officer } from "../../domain/console-app.ts";
import { type FieldViolation, Refusal, refuseField } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import { untilStored } from "../../store/compare-and-set.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { IssueContext } from "../context.ts";
import { draw } from "../face/draw.ts";
import { actsFor } from "../record/acts-for.ts";
import { type CertificateDocument, messageOf, type StoredOrigin } from "../record/certificate.ts";
import { intentOf } from "./intent.ts";
import { type Order, orderDigest, readOrder, readOrigin, requirePlainTexts } from "./order.ts";
import { checkOrder } from "./order-rules.ts";
import { predecessorOf } from "./predecessor.ts";
import { requireOrigin } from "./require-origin.ts";

/** A call to make a certificate, or its next version. */
export interface MakeRequest {
  order: MakeOrder;
  origin: Origin | undefined;
  /** Identifier of the certificate to be replaced. */
  replaces?: string;
  /** Why it is replaced. Left out or empty where no reason is given, or where the same order comes again. */
  cause?: string;
}

/** Reasons of the renderer that lie in the data: nothing will come of the intent. */
const UNDRAWABLE: ReadonlySet<string> = new Set(["GLYPH_MISSING", "DATA_INVALID", "ATTACHMENT_REFUSED", "TOO_LARGE"]);
/** Times that a concurrent call may come in between. */
const TRIES = 5;

/**
 * Makes a certificate (制证). It is stored once its face is drawn, by one write, and one unique index over (app, business serial) decides who is first:
 * the same order again gives the same certificate, also where a crash came in between or another replica was asked, since identifier and
 * number follow from the order, or are the department's own, and none is counted up. Bad input leaves nothing behind.
 *
 * Versions before stored an intent (`making`) before they drew. One that a crash of theirs left is finished by the caller's repetition, which brings the
 * attachments again: nobody was told of it yet.
 */
export async function makeCertificate(
  context: IssueContext,
  call: CallContext,
  request: MakeRequest,
): Promise<CertificateDocument> {
  const { app, officer } = appOf(call);
  if (officer && request.origin) throw signedByStaff();
  const order = await readOrder(request.order, request.replaces);
  await context.lost.require(order.issuerCode);
  requirePlainTexts(order);
  call.note({ item: order.itemCode, ...actsFor(call, order.issuerCode) });
  const digest = orderDigest(order);
  const step = async () => {
    const known = await context.certificates.bySerial(app, order.businessSerial);
    const document = known
      ? await resumed(
          context,
          known,
          order,
          { digest, cause: request.cause },
          originOfKnown(context, known, order, request, officer),
        )
      : await made(context, call, order, digest, request);
    if (!document) return undefined;
    call.note({ identifier: document._id });
    return document.state === "making" ? finished(context, document, request.order) : document;
  };
  const spent = () => {
    const told = { retryAfterMs: 500, metadata: { business_serial: order.businessSerial } };
    throw new Refusal("REVISION_CONFLICT", "another call with this business serial is being served; call again", told);
  };
  return untilStored(step, { tries: TRIES, spent });
}

/** Decides on a new order, draws its face and stores it. Resolves to `undefined` where another call has just stored one. */
async function made(
  context: IssueContext,
  call: CallContext,
  order: Order,
  digest: string,
  request: MakeRequest,
): Promise<CertificateDocument | undefined> {
  const { origin: given, cause: replaceCause } = request;
  const { app, officer, department } = appOf(call);
  const day = shanghaiDay(rightTime(context.runtime));
  const { itemCode, issuerCode } = order;
  const terms = await context.terms.issuingTerms({ app, itemCode, issuerCode, day }, call);
  // What officers confirm when they issue it needs no word of this node.
  const confirmed = officer && context.signing.officers(terms.seal.code, { item: itemCode, department }) !== undefined;
  const origin = officer && !terms.attested && !confirmed ? context.consoleOrigin.of(order, app) : given;
  const signature = readOrigin(origin, terms.attested || confirmed === true);
  const { code: node } = context.runtime.config.node;
  const validity = checkOrder(order, terms.item, { today: day, originSigned: signature !== undefined, node });
  await context.extensionChecks({ order, app, issuer: terms.issuer }, call);
  const replaced = predecessorOf(context, app, order, terms.item, confirmed || signature !== undefined);
  const predecessor = await replaced.catch((error: unknown) => {
    if (isOwnReplacement(error, order)) return "begun" as const;
    throw error;
  });
  if (predecessor === "begun") return undefined;
  if (origin) requireOrigin(context, { order, app, seal: terms.seal.code, origin });
  const intent = intentOf(context, {
    ...{ app, order, digest, origin: signature, terms, validity, predecessor, replaceCause, officer },
  });
  const { statement, template } = terms.item;
  await Promise.all([statement, template, terms.seal.picture].map((one) => context.faces.keep(one)));
  // Its face is drawn here now, and there when it is issued.
  context.signing.announce(terms.seal.code, template);
  const document = { ...(await drawn(context, intent, request.order)), revision: 1 };
  try {
    await context.certificates.insert(document);
  } catch (error) {
    if (!(error instanceof DuplicateKey)) throw error;
    // The same call was faster: of a replacement its number is taken as well then, which says nothing.
    if (await context.certificates.bySerial(app, order.businessSerial)) return undefined;
    return taken(error, order);
  }
  return stored(context, document);
}

/** Another call with the very serial has begun the replacement since this one looked: it is looked at again, as where the serial is taken. */
function isOwnReplacement(error: unknown, { businessSerial }: Order): boolean {
  return (
    error instanceof Refusal && error.reason === "STATE_CONFLICT" && error.metadata.business_serial === businessSerial
  );
}

/** Where the serial is taken, and with it the identifier that follows from it, one looks again; all else is the caller's to mend. */
function taken({ index }: DuplicateKey, { replaces, number }: Order): undefined {
  if (index === "serial") return undefined;
  if (replaces !== undefined) {
    const message = "another replacement of this certificate has just been begun";
    throw new Refusal("STATE_CONFLICT", message, { metadata: { replaces } });
  }
  if (index !== "number" || number === undefined) return undefined;
  const description = "another certificate of this item bears the number";
  throw refuseField(
    "ALREADY_EXISTS",
    "order.number",
    description,
    "correct the number, or leave it out",
    "该目录项下已有同号证照，请更正证照编号，或不填",
  );
}

/** A repeated order of staff renews the origin signature by which it was begun; one that was begun without keeps none. */
function originOfKnown(
  { consoleOrigin }: IssueContext,
  { app, origin }: CertificateDocument,
  order: Order,
  request: MakeRequest,
  officer: Officer | undefined,
): Origin | undefined {
  return officer ? origin && consoleOrigin.of(order, app) : request.origin;
}

function signedByStaff(): Refusal {
  const description = "orders of staff are signed by the node";
  return refuseField("INVALID_FIELD", "origin", description, "leave it out", "工作人员的订单由节点签名，请去掉该项");
}

/** Another call with a serial that is taken: the same order goes on where it stands, with the newer origin signature. */
async function resumed(
  context: IssueContext,
  known: CertificateDocument,
  order: Order,
  { digest, cause }: { digest: string; cause: string | undefined },
  origin: Origin | undefined,
): Promise<CertificateDocument | undefined> {
  if (known.orderDigest !== digest && !known.likeDigests?.includes(digest)) throw serialReused(known);
  if (cause && cause !== known.replaceCause) throw otherCause(known);
  if (known.state === "discarded") throw discarded(known);
  const unsigned = known.state === "making" || known.state === "made";
  if (!unsigned || !origin) return known;
  const newer = readOrigin(origin, true);
  if (!newer || sameOrigin(known.origin, newer)) return known;
  requireOrigin(context, { order, app: known.app, seal: messageOf(known).metadata.seal, origin });
  return context.certificates.replace({ ...known, origin: newer });
}

function serialReused(known: CertificateDocument): Refusal {
  return reused(known, "this business serial already stands for other data", {
    field: "order.business_serial",
    description: "already used with other data",
    remedy: "send the first data again, or take a new serial for new data",
    localized: "该流水号已用于其他数据；请重发原数据，或为新数据使用新的流水号",
  });
}

/** The reason stands at the certificate as it was first told: two reasons of one replacement would be two histories. */
function otherCause(known: CertificateDocument): Refusal {
  return reused(known, "this business serial already stands for a replacement with another reason", {
    field: "cause",
    description: "another reason was told with the same order before",
    remedy: "leave it out or send the first one again; to tell another, discard what was made and take a new serial",
    localized: "该流水号此前已按另一换发原因制证；请去掉该项或重发原来的原因，要改原因请先废弃再用新的流水号",
  });
}

function reused({ _id: identifier, businessSerial, state }: CertificateDocument, why: string, field: FieldViolation) {
  const metadata = { business_serial: businessSerial, identifier, state };
  return new Refusal("SERIAL_REUSED", why, { fields: [field], metadata });
}

/** Nothing comes of it any more, and an answer without a refusal would pass for a certificate that can be issued. */
function discarded({ businessSerial, _id }: CertificateDocument): Refusal {
  const field = "order.business_serial";
  const description = "the certificate that was made under it was discarded";
  const remedy = "take a new business serial";
  return new Refusal("STATE_CONFLICT", `${field}: ${description}`, {
    fields: [{ field, description, remedy, localized: "该流水号下的证照已作废，请使用新的业务流水号" }],
    metadata: { business_serial: businessSerial, identifier: _id, state: "discarded" },
  });
}

function sameOrigin(a: StoredOrigin | undefined, b: StoredOrigin): boolean {
  return a?.keyId === b.keyId && a.signedAt === b.signedAt && a.signature === b.signature;
}

/** Finishes an intent that was stored. Resolves to `undefined` where another call wrote. */
async function finished(
  context: IssueContext,
  intent: CertificateDocument,
  order: MakeOrder,
): Promise<CertificateDocument | undefined> {
  const { certificates } = context;
  const document = await drawn(context, intent, order).catch(async (error: unknown) => {
    if (error instanceof Refusal && UNDRAWABLE.has(error.reason)) await certificates.remove(intent);
    throw error;
  });
  const replaced = await certificates.replace(document);
  return replaced && stored(context, replaced);
}

/** The certificate with its face. What it names is durable then: the attachments, which are kept whatever becomes of it. */
async function drawn(
  { faces, runtime, passed }: IssueContext,
  intent: CertificateDocument,
  { attachments }: MakeOrder,
): Promise<CertificateDocument> {
  const message = messageOf(intent);
  // The order was the same by digest, so these are the attachments of the intent, whoever stored it, and in its order.
  const received = new Map(
    attachments.map(({ content }, index) => [message.attachments[index]?.sha256 ?? "", content]),
  );
  const { document } = await draw(faces, intent, message, rightTime(runtime), received);
  passed("face-drawn");
  await Promise.all(attachments.map(({ content }) => runtime.store.blobs.put(content)));
  return document;
}

function stored({ passed, runtime }: IssueContext, document: CertificateDocument): CertificateDocument {
  passed("made-stored");
  runtime.metrics.count("issue_certificates", { step: "made" });
  return document;
}
