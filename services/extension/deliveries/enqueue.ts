import { type CertificateRecord, CertificateState } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { ExtensionContext } from "../context.ts";
import type { EventName } from "../manifest/manifest.ts";
import type { DeliveryDocument } from "./delivery-record.ts";

/** The event that a record of a certificate tells; what is in force again was suspended before. */
export function eventOf({ state, issuedAt, stateSince }: CertificateRecord): EventName | undefined {
  switch (state) {
    case CertificateState.ISSUED:
      return issuedAt === stateSince ? "certificate.issued" : "certificate.resumed";
    case CertificateState.SUSPENDED:
      return "certificate.suspended";
    case CertificateState.REVOKED:
      return "certificate.revoked";
    case CertificateState.SUPERSEDED:
      return "certificate.superseded";
    default:
      return undefined;
  }
}

/**
 * Keeps an event for each receiver that asked for it, before the relay is told that it was taken. What is sent tells which certificate and what became of it, and
 * nothing of holders or data: who may know more asks by its own right. The same event again makes no second delivery.
 */
export async function enqueue(context: ExtensionContext, key: string, record: CertificateRecord): Promise<boolean> {
  const event = eventOf(record);
  if (!event) return false;
  const { runtime, deliveries, bell } = context;
  const occurredAt = record.stateSince || record.issuedAt;
  const body = JSON.stringify({
    type: event,
    timestamp: occurredAt,
    data: {
      identifier: record.identifier,
      revision: Number(record.revision),
      itemCode: record.itemCode,
      name: record.name,
      issuerCode: record.issuerCode,
      node: record.node,
      cause: record.stateCause,
    },
  });
  const documents = context.extensions.flatMap(({ manifest, receivers }) =>
    receivers
      .filter(({ events }) => events.includes(event))
      .map(({ name }): DeliveryDocument => {
        const _id = `${manifest.name}/${name}/${key}`;
        const fresh = { revision: 1, state: "waiting", attempts: 0, nextAt: runtime.now().toISOString() } as const;
        return { _id, ...fresh, extension: manifest.name, receiver: name, event, body, occurredAt };
      }),
  );
  const kept = await Promise.all(documents.map((one) => insertNew(deliveries, one)));
  if (kept.some(Boolean)) bell.ring();
  return kept.some(Boolean);
}
