import { canonicalJson } from "../../domain/canonical.ts";
import { certificateIdentifier, withVersion } from "../../domain/certificate-identifier.ts";
import { certificateSerial } from "../../domain/certificate-serial.ts";
import { formatShanghaiTime } from "../../domain/civil-date.ts";
import type { Officer } from "../../domain/console-app.ts";
import { requireBound } from "../../domain/data-binding.ts";
import { type DataMessage, type MessageMetadata, messageForm } from "../../domain/message.ts";
import type { Validity } from "../../domain/validity-rule.ts";
import { rightTime } from "../../host/right-time.ts";
import type { IssueContext } from "../context.ts";
import { signedQr } from "../face/sign-qr.ts";
import type { CertificateDocument, StoredOrigin } from "../record/certificate.ts";
import { foundBy } from "../record/found-by.ts";
import type { IssuingTerms } from "../terms/terms.ts";
import type { Order } from "./order.ts";
import type { Predecessor } from "./predecessor.ts";

/** Everything that was decided before a face is drawn. */
export interface Decision {
  app: string;
  order: Order;
  digest: string;
  origin: StoredOrigin | undefined;
  terms: IssuingTerms;
  validity: Validity;
  predecessor: Predecessor | undefined;
  /** Why the predecessor is replaced. */
  replaceCause?: string | undefined;
  /** Who ordered it on screen. */
  officer?: Officer | undefined;
}

/**
 * The intent (state `making`): identifier and number are assigned here and never change. It holds all that making needs,
 * but the contents of attachments, which the repeated call brings again. Throws `DATA_MISMATCH` where data do not say what the item binds
 * them to, which only now is all known.
 */
export function intentOf(context: IssueContext, decision: Decision): CertificateDocument {
  const { app, order, digest, origin, terms, predecessor, replaceCause, officer } = decision;
  const { item, seal } = terms;
  const now = rightTime(context.runtime);
  const { identifier, number, version } = predecessor ? nextVersion(predecessor) : firstVersion(context, decision);
  const message = draftOf(context, decision, { identifier, number, version }, now);
  requireBound(item.bindings, message, orderField);
  const at = now.toISOString();
  return {
    _id: identifier,
    revision: 1,
    state: "making",
    changes: 1,
    app,
    businessSerial: order.businessSerial,
    orderDigest: digest,
    numberGiven: order.number !== undefined,
    itemCode: item.code,
    itemVersion: item.version,
    number,
    numberHeld: number,
    line: lineOf(identifier),
    version,
    message: canonicalJson(message),
    ...(origin && { origin }),
    catalogVersion: {
      sha256: item.statement.sha256,
      signature: Buffer.from(item.statement.signature).toString("base64"),
    },
    template: item.template.sha256,
    sealPicture: seal.picture.sha256,
    ...(seal.electronic && { sealed: true as const }),
    createdAt: at,
    stateSince: at,
    history: [{ state: "making", at, by: app, ...(officer && { officer }) }],
    ...(officer && { madeBy: officer }),
    ...foundBy(message, order.businessSerial),
    ...(predecessor && { replaces: predecessor.identifier, ...(replaceCause && { replaceCause }) }),
  };
}

/** The field of an order from which a member of the metadata comes, `holders[0].codeType` from `order.holders[0].code_type`. */
function orderField(member: string): string {
  if (member.startsWith("issuer.")) return "order.issuer_code";
  return `order.${member.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`)}`;
}

interface Names {
  identifier: string;
  number: string;
  version: number;
}

/** The serial follows from the order, and begins with the node; signing agents compute the same. */
function firstVersion({ runtime }: IssueContext, { app, order, terms }: Decision): Names {
  const { businessSerial, issueDate } = order;
  const serial = certificateSerial({ node: runtime.config.node.code, issueDate, app, businessSerial });
  const { typeCode } = terms.item;
  const identifier = certificateIdentifier({ typeCode, issuer: order.issuerCode, serial, version: 1 });
  return { identifier, number: order.number ?? serial, version: 1 };
}

function nextVersion({ identifier, number, version }: Predecessor): Names {
  return { identifier: withVersion(identifier, version), number, version };
}

/** The identifier without version and check character: what all versions of a certificate share. */
export function lineOf(identifier: string): string {
  return identifier.split(".").slice(0, -2).join(".");
}

function draftOf({ runtime, signing }: IssueContext, decision: Decision, names: Names, now: Date): DataMessage {
  const { app, order, terms, validity, predecessor } = decision;
  const { item, issuer, seal } = terms;
  const metadata: MessageMetadata = {
    ...names,
    name: item.name,
    typeCode: item.typeCode,
    itemCode: item.code,
    itemVersion: item.version,
    holders: order.holders,
    issuer,
    issueDate: order.issueDate,
    ...validity,
    preparedAt: formatShanghaiTime(now),
    node: runtime.config.node.code,
    app,
    businessSerial: order.businessSerial,
    seal: seal.code,
    ...(predecessor && { replaces: predecessor.identifier }),
  };
  const qr = signedQr(metadata, runtime.nodeKey);
  return {
    ...messageForm(signing.drawing(seal.code) ?? 1),
    metadata: qr === undefined ? metadata : { ...metadata, qr },
    data: order.data,
    attachments: order.attachments,
    faces: [],
  };
}
