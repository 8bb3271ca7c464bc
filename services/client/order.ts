import { createHash, createPrivateKey } from "node:crypto";
import type { JsonObject as ProtoJson } from "@bufbuild/protobuf";
import type { OrderContent } from "../domain/message.ts";
import { originStatement } from "../domain/origin-statement.ts";
import { signOrigin } from "../trust/origin-sign.ts";

/** A file that belongs to a certificate. */
export interface OrderAttachment {
  name: string;
  mediaType: string;
  content: Uint8Array;
}

/** What a certificate is made from, as a department system has it when a case is closed. */
export interface Order extends OrderContent {
  attachments?: OrderAttachment[];
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
    size: attachment.content.length,
    sha256: createHash("sha256").update(attachment.content).digest("hex"),
  }));
  const signedAt = now.toISOString();
  const stated = { ...order, attachments, ...(replaces !== undefined && { replaces }) };
  const signature = signOrigin(createPrivateKey(origin.privateKeyPem), originStatement(stated, app, signedAt));
  const { number, validFrom, validTo, version } = order;
  return {
    order: {
      businessSerial: order.businessSerial,
      itemCode: order.itemCode,
      issuerCode: order.issuerCode,
      holders: order.holders,
      issueDate: order.issueDate,
      ...(number !== undefined && { number }),
      ...(validFrom !== undefined && { validFrom }),
      ...(validTo !== undefined && { validTo }),
      ...(version !== undefined && { version }),
      data: order.data as ProtoJson,
      attachments: attachments.map(({ size: _size, ...sent }) => sent),
    },
    origin: { keyId: origin.keyId, signedAt, signature },
  };
}
