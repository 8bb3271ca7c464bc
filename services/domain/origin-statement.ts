import { canonicalBytes } from "./canonical.ts";
import { type AttachmentDigest, type DataMessage, nextVersion, type OrderContent } from "./message.ts";

/** What an order says in its origin statement: attachments by digest, and the certificate that it replaces. */
export interface StatedOrder extends OrderContent {
  attachments: readonly AttachmentDigest[];
  /** Identifier of the certificate that is to be replaced. */
  replaces?: string;
}

/**
 * What a department system signs with its own origin key before it asks for a certificate (来源签名). The agent rebuilds
 * it from the data message alone, so a core that alters any of it is refused.
 */
export interface OriginStatement extends StatedOrder {
  schema: "ecert.origin.v1";
  app: string;
  /** RFC 3339 time at which the department system signed; agents refuse stale ones. */
  signedAt: string;
}

/** The statement of an order. What an order leaves out, and only that, is left out: never null, never empty. */
export function originStatement(order: StatedOrder, app: string, signedAt: string): OriginStatement {
  const { businessSerial, itemCode, issuerCode, holders, number, issueDate, validFrom, validTo, replaces, version } =
    order;
  return {
    schema: "ecert.origin.v1",
    app,
    businessSerial,
    itemCode,
    issuerCode,
    holders: holders.map(({ name, code, codeType }) => ({ name, code, codeType })),
    ...(number !== undefined && { number }),
    issueDate,
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
    ...(replaces !== undefined && { replaces }),
    ...(version !== undefined && { version }),
    data: order.data,
    attachments: order.attachments.map(({ name, mediaType, size, sha256 }) => ({ name, mediaType, size, sha256 })),
    signedAt,
  };
}

/** Rebuilds the origin statement that a data message claims to stem from. */
export function originStatementOf(message: DataMessage, signedAt: string, numberGiven: boolean): OriginStatement {
  const { metadata, data, attachments } = message;
  const { businessSerial, itemCode, holders, number, issueDate, validFrom, validTo, replaces, version } = metadata;
  const order: StatedOrder = {
    businessSerial,
    itemCode,
    issuerCode: metadata.issuer.code,
    holders,
    ...(numberGiven && { number }),
    issueDate,
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
    ...(replaces !== undefined && { replaces }),
    ...(version !== nextVersion(replaces) && { version }),
    data,
    attachments,
  };
  return originStatement(order, metadata.app, signedAt);
}

/** Canonical bytes of an origin statement: what ECDSA P-256/SHA-256 or Ed25519 signs. */
export function originBytes(statement: OriginStatement): Uint8Array {
  return canonicalBytes(statement);
}
