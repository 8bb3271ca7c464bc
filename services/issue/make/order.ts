import type { MakeOrder, Origin } from "../../../proto/gen/ecert/issue/v1/issue_service_pb.ts";
import { digestAttachments } from "../../domain/attachment-rule.ts";
import { canonicalJson, type JsonObject, sha256Hex } from "../../domain/canonical.ts";
import { isInstant } from "../../domain/instant.ts";
import type { AttachmentDigest, OrderContent } from "../../domain/message.ts";
import { type FieldViolation, Refusal, refuseField } from "../../domain/refusal.ts";
import { nameFault } from "../../domain/text-rule.ts";
import type { StoredOrigin } from "../record/certificate.ts";
import { requireDataSize } from "./order-size.ts";

/** What a certificate is to be made from, as plain data: optional members are absent, never empty. */
export interface Order extends OrderContent {
  attachments: AttachmentDigest[];
  /** Identifier of the certificate that is to be replaced. */
  replaces?: string;
}

/**
 * Reads an order from the wire. Rejects with `TOO_LARGE` where its data alone are too long, before anything is computed of them,
 * and with `ATTACHMENT_REFUSED` for attachments that break the rules; all else is checked later, see `order-rules.ts`.
 */
export async function readOrder(order: MakeOrder, replaces?: string): Promise<Order> {
  requireDataSize((order.data ?? {}) as JsonObject);
  return {
    businessSerial: order.businessSerial,
    itemCode: order.itemCode,
    issuerCode: order.issuerCode,
    holders: order.holders.map(({ name, code, codeType }) => ({ name, code, codeType })),
    ...(order.number && { number: order.number }),
    issueDate: order.issueDate,
    ...(order.validFrom && { validFrom: order.validFrom }),
    ...(order.validTo && { validTo: order.validTo }),
    data: (order.data ?? {}) as JsonObject,
    attachments: await digestAttachments(order.attachments, "order.attachments"),
    ...(replaces && { replaces }),
    ...(order.version !== 0 && { version: order.version }),
  };
}

/**
 * Digest of everything that an order says, attachments by their digests. Two calls with one serial are the same call if
 * it agrees; request id and origin signature do not count. Throws `DATA_INVALID` where the data cannot be canonical JSON.
 */
export function orderDigest(order: Order): string {
  try {
    return sha256Hex(canonicalJson({ schema: "ecert.order.v1", ...order }));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw refuseField(
      "DATA_INVALID",
      "/data",
      error.message,
      "send plain JSON of ordinary depth",
      "业务数据无法规范化，请提供嵌套不过深的普通JSON",
    );
  }
}

/** Refuses names, serials and numbers with hidden characters or spaces at their ends, all at once. */
export function requirePlainTexts(order: Order): void {
  const texts: [string, string | undefined][] = [
    ["order.business_serial", order.businessSerial],
    ["order.item_code", order.itemCode],
    ["order.number", order.number],
  ];
  const fields = texts.flatMap(([field, text]): FieldViolation[] => {
    const fault = text === undefined ? undefined : nameFault(text);
    return fault === undefined ? [] : [{ field, ...fault }];
  });
  if (fields.length > 0) throw new Refusal("INVALID_FIELD", `${fields.length} text(s) refused`, { fields });
}

/**
 * Reads the origin signature. The core cannot judge it (its key is known on the agent's host only), so it only holds that
 * there is one wherever the agent will want one.
 */
export function readOrigin(origin: Origin | undefined, attested: boolean): StoredOrigin | undefined {
  if (!origin) {
    if (attested) return undefined;
    throw refuseField(
      "ORIGIN_MISSING",
      "origin",
      "the department system's signature is missing",
      "sign the order",
      "缺少业务系统的来源签名，请对订单签名",
    );
  }
  const { keyId, signedAt, signature } = origin;
  if (!isInstant(signedAt)) {
    throw refuseField(
      "INVALID_FIELD",
      "origin.signed_at",
      "not a time",
      "write it by RFC 3339, as it was signed",
      "不是时间，应为签名时写明的时间（RFC 3339）",
    );
  }
  return { keyId, signedAt, signature: Buffer.from(signature).toString("base64") };
}
