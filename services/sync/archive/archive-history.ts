import { toBinary } from "@bufbuild/protobuf";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { CertificateRecordSchema } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { HistorySource, PastEvent } from "../../event/history.ts";
import type { Runtime } from "../../node/runtime.ts";
import { ARCHIVE, type ArchivedCertificate } from "./archived-certificate.ts";
import { createArchiveRows } from "./stored-record.ts";

/** Certificates of other nodes, by node and day of issue. What cannot be read is set aside. */
export async function archiveHistory({ store, setAside }: Pick<Runtime, "store" | "setAside">): Promise<HistorySource> {
  const archive = await store.collection<ArchivedCertificate>(ARCHIVE);
  const { records } = createArchiveRows(archive, setAside);
  const kind = EventKind.CERTIFICATE_CHANGED;
  return async (page) => {
    const { items, next } = await archive.query({ index: "bucket", ...page });
    const events = (await records.all(items)).map((record): PastEvent => {
      const { identifier: aggregateId, node, revision, stateSince: occurredAt } = record;
      const key = `${aggregateId}:${revision}`;
      const payload = toBinary(CertificateRecordSchema, record);
      return { node, event: { key, kind, aggregateId, revision, occurredAt, payload } };
    });
    return { items: events, ...(next !== undefined && { next }) };
  };
}
