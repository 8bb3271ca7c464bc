import { parseCertificateIdentifier } from "../../domain/certificate-identifier.ts";
import { transition } from "../../domain/certificate-state.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, messageOf } from "../record/certificate.ts";
import { requireOwn } from "../record/repository.ts";
import type { ItemRules } from "../terms/item-rules.ts";
import type { Order } from "./order.ts";

/** What a replacement takes over: number and identifier of the certificate, and its own version. */
export interface Predecessor {
  identifier: string;
  number: string;
  version: number;
}

/**
 * Decides whether an order may replace the certificate that it names (变更、换发): the app's own, in force, of the same
 * item and issuer, and not already being replaced. Versions that were discarded are never used again. `originSigned`: the
 * order has an origin signature.
 */
export async function predecessorOf(
  { certificates, forked }: IssueContext,
  app: string,
  order: Order,
  item: ItemRules,
  originSigned: boolean,
): Promise<Predecessor | undefined> {
  const { replaces } = order;
  if (replaces === undefined) {
    if (order.version === undefined) return undefined;
    throw refuseField(
      "INVALID_FIELD",
      "order.version",
      "is for replacements",
      "leave it out",
      "只用于变更换发，请去掉该项",
    );
  }
  const old = requireOwn(await certificates.get(replaces), app, { field: "replaces", name: replaces });
  await forked.requireStands(old);
  transition(old.state, "supersede", "replaces");
  requireSame(old, order, item);
  const newest = await certificates.newestOf(old.line);
  if (newest?.state === "making" || newest?.state === "made") {
    const message = `the certificate is already being replaced, with business serial ${newest.businessSerial}`;
    throw new Refusal("STATE_CONFLICT", `${message}: issue or discard that one first`, {
      metadata: { replaces, business_serial: newest.businessSerial, state: newest.state },
    });
  }
  const version = (newest ?? old).version + 1;
  requireStated(old, order, version, originSigned);
  return { identifier: old._id, number: old.number, version };
}

/**
 * What agents cannot compute, the signed order must say: a number that the department gave, and a version behind discarded ones. A
 * core that may add either to a signed order could also add another.
 */
function requireStated(old: CertificateDocument, order: Order, version: number, originSigned: boolean): void {
  const next = version === old.version + 1;
  const stated = order.version ?? (originSigned ? old.version + 1 : version);
  if (stated !== version || (next && order.version !== undefined)) {
    const remedy = next ? "leave it out" : `state ${version} in the order and sign it`;
    throw refuseField(
      "INVALID_FIELD",
      "order.version",
      `the replacement has version ${version}`,
      remedy,
      `新证照的版本为${version}，请${next ? "去掉该项" : "在订单中填写后签名"}`,
    );
  }
  const given = old.number !== parseCertificateIdentifier(old._id).serial;
  if (!originSigned || !given || order.number !== undefined) return;
  const description = "the department gave the number of the certificate that is replaced";
  throw refuseField(
    "INVALID_FIELD",
    "order.number",
    description,
    `state ${old.number} in the order and sign it`,
    `被替换证照的编号由部门自定，请在订单中填写${old.number}后签名`,
  );
}

function requireSame(old: CertificateDocument, order: Order, item: ItemRules): void {
  const { metadata } = messageOf(old);
  const remedy = "leave it as it is, or revoke the certificate and make a new one";
  const members: [string, string | undefined, string][] = [
    ["order.item_code", order.itemCode, old.itemCode],
    ["order.issuer_code", order.issuerCode, metadata.issuer.code],
    ["order.number", order.number ?? old.number, old.number],
    ["order.item_code", item.typeCode, metadata.typeCode],
  ];
  for (const [field, found, expected] of members) {
    if (found === expected) continue;
    throw refuseField(
      "INVALID_FIELD",
      field,
      `a replacement keeps ${expected}`,
      remedy,
      `变更换发应保持为${expected}，请不要改动，或注销后重新制证`,
    );
  }
}
