import { canonicalJson } from "../domain/canonical.ts";
import { certificateIdentifier, withVersion } from "../domain/certificate-identifier.ts";
import { certificateSerial } from "../domain/certificate-serial.ts";
import { formatShanghaiTime } from "../domain/civil-date.ts";
import type { DataMessage, MessageMetadata } from "../domain/message.ts";
import { Refusal } from "../domain/refusal.ts";
import { qrSignedText, qrStatementOf, qrText } from "../domain/signed-qr.ts";
import type { Validity } from "../domain/validity-rule.ts";
import { nodeSignedBytes } from "../trust/node-key.ts";
import type { CertificateDocument, StoredOrigin } from "./certificate.ts";
import type { IssueContext } from "./context.ts";
import type { Order } from "./order.ts";
import type { Predecessor } from "./predecessor.ts";
import type { IssuingTerms } from "./terms.ts";

/** Everything that was decided before an intent is stored. */
export interface Decision {
  app: string;
  order: Order;
  digest: string;
  origin: StoredOrigin | undefined;
  terms: IssuingTerms;
  validity: Validity;
  predecessor: Predecessor | undefined;
}

/**
 * The intent (state `making`): identifier and number are assigned here and never change. It holds all that making needs,
 * but the contents of attachments, which the repeated call brings again.
 */
export function intentOf(context: IssueContext, decision: Decision): CertificateDocument {
  const { app, order, digest, origin, terms, predecessor } = decision;
  const { item, seal } = terms;
  const now = context.runtime.now();
  const { identifier, number, version } = predecessor ? nextVersion(predecessor) : firstVersion(context, decision);
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
    message: canonicalJson(draftOf(context, decision, { identifier, number, version })),
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
    history: [{ state: "making", at, by: app }],
    ...(predecessor && { replaces: predecessor.identifier }),
  };
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

/** The identifier without version and check character. */
function lineOf(identifier: string): string {
  return identifier.split(".").slice(0, -2).join(".");
}

function draftOf({ runtime }: IssueContext, decision: Decision, names: Names): DataMessage {
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
    preparedAt: formatShanghaiTime(runtime.now()),
    node: runtime.config.node.code,
    app,
    businessSerial: order.businessSerial,
    seal: seal.code,
    ...(predecessor && { replaces: predecessor.identifier }),
  };
  const qr = signedQr(metadata, runtime);
  return {
    schema: "ecert.message.v1",
    metadata: qr === undefined ? metadata : { ...metadata, qr },
    data: order.data,
    attachments: order.attachments,
    faces: [],
  };
}

/** The text of the QR code, signed by the node's key of now; none where many holders make it too long, so that the faces show the identifier as before. */
export function signedQr(metadata: MessageMetadata, { nodeKey }: IssueContext["runtime"]): string | undefined {
  const statement = qrStatementOf(metadata);
  const signed = nodeSignedBytes("ecert.qr.v1", new TextEncoder().encode(qrSignedText(statement)));
  try {
    return qrText(statement, Buffer.from(nodeKey.sign(signed)).toString("base64url"));
  } catch (error) {
    if (error instanceof Refusal && error.reason === "TOO_LARGE") return undefined;
    throw error;
  }
}
