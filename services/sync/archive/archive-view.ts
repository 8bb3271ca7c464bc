import type { ArchivedSummary } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { masked } from "../../domain/masked-code.ts";
import { messageIn } from "./found-by.ts";

type Shown = Omit<ArchivedSummary, "$typeName" | "$unknown">;

/** A record as lists of the archive show it, codes of its holders masked. */
export function summaryOf(record: CertificateRecord): Shown {
  const { identifier, name, number, itemCode, holders, issuerCode, node, state, stateSince, issuedAt } = record;
  const { version } = messageIn(record).metadata;
  return withMaskedCodes({
    ...{ identifier, name, number, itemCode, holders, issuerCode, node, version },
    ...{ state, stateSince, issuedAt },
  });
}

/** The same, with codes of holders masked. */
export function withMaskedCodes<T extends Pick<Shown, "holders">>(summary: T): T {
  return { ...summary, holders: summary.holders.map((holder) => ({ ...holder, code: masked(holder.code) })) };
}
