import { toBinary } from "@bufbuild/protobuf";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { CertificateRecordSchema } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { type HistorySource, historyOf } from "../../event/history.ts";
import type { IssueContext } from "../context.ts";
import { recordOf } from "./record.ts";

/** Certificates that this node has issued, by the day of issue, whatever their state is by now. */
export function certificateHistory({ certificates }: Pick<IssueContext, "certificates">): HistorySource {
  return historyOf(certificates.collection, "bucket", (document) => {
    const { _id: aggregateId, changes, stateSince: occurredAt } = document;
    const record = recordOf(document);
    const event = { key: `${aggregateId}:${changes}`, kind: EventKind.CERTIFICATE_CHANGED, aggregateId, occurredAt };
    const payload = toBinary(CertificateRecordSchema, record);
    return { node: record.node, event: { ...event, revision: record.revision, payload } };
  });
}
