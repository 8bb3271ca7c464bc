import { requireData } from "../../document/data-schema.ts";
import type { SchemaViolation } from "../../document/schema-violation.ts";
import type { Json, JsonObject } from "../../domain/canonical.ts";
import { requireHolders } from "../../domain/holder-code.ts";
import { refuseField } from "../../domain/refusal.ts";
import { requireSuitedNumber } from "../../domain/sandbox.ts";
import { dataTextViolations } from "../../domain/text-rule.ts";
import { type Validity, validityUnder } from "../../domain/validity-rule.ts";
import type { ItemRules } from "../terms/item-rules.ts";
import { inOrder } from "./in-order.ts";
import type { Order } from "./order.ts";
import { requireOrderSize } from "./order-size.ts";

/** Where and when an order is judged, and whether its department has signed it. */
export interface OrderSetting {
  today: string;
  originSigned: boolean;
  node: string;
}

/**
 * Holds an order against the item's published version: dates, holders, business data, size. Each kind of fault is one
 * refusal with every violation of that kind. Returns the validity of the certificate.
 *
 * An origin signature covers the last day of validity as the department stated it. Where a rule would add one, the
 * department must state it: a core that may add days to signed data could also add wrong ones.
 */
export function checkOrder(order: Order, item: ItemRules, { today, originSigned, node }: OrderSetting): Validity {
  const { issueDate, validFrom, validTo, number } = order;
  if (number !== undefined) requireSuitedNumber(node, number, "order.number");
  const stated = { issueDate, ...(validFrom && { validFrom }), ...(validTo && { validTo }) };
  const validity = inOrder(() => validityUnder(item.validity, stated, today));
  if (originSigned && validity.validTo !== validTo) {
    const remedy = `state ${validity.validTo} and sign the order with it`;
    throw refuseField(
      "INVALID_FIELD",
      "order.valid_to",
      "the signed order must state the last day of validity",
      remedy,
      `签名的订单须写明有效期截止日期，请填写${validity.validTo}后签名`,
    );
  }
  checkHolders(order, item);
  requireOrderSize(order);
  requireData((data) => [...item.checkData(data), ...hiddenTexts(order.data)], order.data);
  return validity;
}

function hiddenTexts(data: JsonObject): SchemaViolation[] {
  const violations = dataTextViolations(withoutPictures(data), "/data");
  return violations.map((violation) => ({ ...violation, reason: "DATA_INVALID" }));
}

const PICTURE = /^data:image\/(?:png|jpeg);base64,[A-Za-z0-9+/]+={0,2}$/;

/** Pictures are no text that people read; how long they may be is for the item's schema. */
function withoutPictures(data: Json): Json {
  if (typeof data === "string") return PICTURE.test(data) ? "" : data;
  if (Array.isArray(data)) return data.map(withoutPictures);
  if (typeof data !== "object" || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, member]) => [key, withoutPictures(member)]));
}

function checkHolders({ holders }: Order, { holderKind, holdersMin, holdersMax }: ItemRules): void {
  requireHolders(holders, holderKind, "order.holders");
  if (holders.length >= holdersMin && holders.length <= holdersMax) return;
  const description = `${holders.length} holders; this item has ${holdersMin} to ${holdersMax}`;
  throw refuseField(
    "INVALID_FIELD",
    "order.holders",
    description,
    "name the holders that the item asks for",
    `有${holders.length}个持证主体，该目录项要求${holdersMin}至${holdersMax}个，请更正`,
  );
}
