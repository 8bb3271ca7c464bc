import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";

/**
 * Refuses (`CLOCK_WRONG`) a record whose times lie ahead of this node's clock by more than the bound: it waits until its time has come, or
 * until the clock that is wrong is set, and its event is shown as waiting meanwhile. Nothing is wrong with the record for good.
 */
export function requireNotAhead(record: CertificateRecord, now: Date, toleranceMs: number): void {
  for (const [field, text] of [
    ["issued_at", record.issuedAt],
    ["state_since", record.stateSince],
  ] as const) {
    const aheadMs = instantOf(text) - now.getTime();
    if (!(aheadMs > toleranceMs)) continue;
    const description = `is ${Math.round(aheadMs / 1_000)} s ahead of this node's clock`;
    const remedy = `set the clock of node ${record.node}, or of this one, by NTP`;
    throw new Refusal("CLOCK_WRONG", `certificate ${record.identifier}: ${field} ${description}: ${remedy}`, {
      fields: [
        {
          field,
          description,
          remedy,
          localized: `比本节点时钟快${Math.round(aheadMs / 1_000)}秒，请用NTP校准节点${record.node}或本节点的时钟`,
        },
      ],
      retryAfterMs: Math.min(aheadMs, 60_000),
      metadata: { identifier: record.identifier, node: record.node },
    });
  }
}
