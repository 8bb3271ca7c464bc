import { transition } from "../domain/certificate-state.ts";
import { Refusal, refuseField } from "../domain/refusal.ts";
import { type CertificateDocument, messageOf } from "./certificate.ts";
import type { IssueContext } from "./context.ts";
import type { ItemRules } from "./item-rules.ts";
import type { Order } from "./order.ts";
import { requireOwn } from "./repository.ts";

/** What a replacement takes over: number and identifier of the certificate, and its own version. */
export interface Predecessor {
  identifier: string;
  number: string;
  version: number;
}

/**
 * Decides whether an order may replace the certificate that it names (变更、换发): the app's own, in force, of the same
 * item and issuer, and not already being replaced. Versions that were discarded are never used again.
 */
export async function predecessorOf(
  { certificates }: IssueContext,
  app: string,
  order: Order,
  item: ItemRules,
): Promise<Predecessor | undefined> {
  const { replaces } = order;
  if (replaces === undefined) return undefined;
  const old = requireOwn(await certificates.get(replaces), app, replaces);
  transition(old.state, "supersede");
  requireSame(old, order, item);
  const newest = await certificates.newestOf(old.line);
  if (newest?.state === "making" || newest?.state === "made") {
    const message = `the certificate is already being replaced, with business serial ${newest.businessSerial}`;
    throw new Refusal("STATE_CONFLICT", `${message}: issue or discard that one first`, {
      metadata: { replaces, business_serial: newest.businessSerial, state: newest.state },
    });
  }
  return { identifier: old._id, number: old.number, version: (newest ?? old).version + 1 };
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
    throw refuseField("INVALID_FIELD", field, `a replacement keeps ${expected}`, remedy);
  }
}
