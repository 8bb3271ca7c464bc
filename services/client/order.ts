import { createHash, createPrivateKey } from "node:crypto";
import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { JsonObject } from "../domain/canonical.ts";
import type { Holder, OriginStatement } from "../domain/message.ts";
import { signOrigin } from "../trust/origin-sign.ts";

/** A file that belongs to a certificate. */
export interface OrderAttachment {
  name: string;
  mediaType: string;
  content: Uint8Array;
}

/** What a certificate is made from (制证), as a department system has it when a case is closed. */
export interface Order {
  /** Business serial (业务流水号): names the certificate for this app, for ever. */
  businessSerial: string;
  itemCode: string;
  /** Social credit code of the issuing department or unit. */
  issuerCode: string;
  holders: Holder[];
  /** Certificate number, where the department assigns it. */
  number?: string;
  /** Days as `yyyy-MM-dd`. */
  issueDate: string;
  validFrom?: string;
  validTo?: string;
  /** Business data by the item's schema. */
  data: JsonObject;
  attachments?: OrderAttachment[];
  /** Version of a replacement, only where the refusal of an order without it says so. */
  version?: number;
}

/**
 * Turns an order into a request and signs its statement (来源签名) with the department system's own key: what the
 * department's signing agent checks before it signs.
 */
export function signedOrder(
  order: Order,
  app: string,
  origin: { keyId: string; privateKeyPem: string },
  now: Date,
  replaces?: string,
) {
  const attachments = (order.attachments ?? []).map((attachment) => ({
    ...attachment,
    sha256: createHash("sha256").update(attachment.content).digest("hex"),
  }));
  const { number, validFrom, validTo } = order;
  const optional = {
    ...(number !== undefined && { number }),
    ...(validFrom !== undefined && { validFrom }),
    ...(validTo !== undefined && { validTo }),
  };
  const signedAt = now.toISOString();
  const statement: OriginStatement = {
    schema: "ecert.origin.v1",
    app,
    businessSerial: order.businessSerial,
    itemCode: order.itemCode,
    issuerCode: order.issuerCode,
    holders: order.holders,
    ...optional,
    issueDate: order.issueDate,
    ...(replaces !== undefined && { replaces }),
    ...(order.version !== undefined && { version: order.version }),
    data: order.data,
    attachments: attachments.map(({ name, mediaType, sha256, content }) => ({
      name,
      mediaType,
      size: content.length,
      sha256,
    })),
    signedAt,
  };
  const signature = signOrigin(createPrivateKey(origin.privateKeyPem), statement);
  return {
    order: {
      businessSerial: order.businessSerial,
      itemCode: order.itemCode,
      issuerCode: order.issuerCode,
      holders: order.holders,
      issueDate: order.issueDate,
      ...optional,
      ...(order.version !== undefined && { version: order.version }),
      data: order.data as ProtoJson,
      attachments,
    },
    origin: { keyId: origin.keyId, signedAt, signature },
  };
}
