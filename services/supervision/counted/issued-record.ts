import { fromBinary } from "@bufbuild/protobuf";
import { CertificateRecordSchema } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { formatShanghaiTime, isCivilDate } from "../../domain/civil-date.ts";
import { instantOf } from "../../domain/instant.ts";
import type { MessageMetadata } from "../../domain/message.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type GuardedCollection, guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CollectionSpec, Stored } from "../../store/port.ts";
import { ownerOf } from "../facts/fact-record.ts";
import { requireDepartmentCode, requireHour } from "../facts/readable.ts";

/**
 * A certificate that was issued, as far as it is counted; `_id` is the node that told of it and its identifier, so that no node can be before another
 * one with its certificates. Nothing of its holders is kept here.
 */
export interface IssuedDocument extends Stored {
  owner: string;
  /** Hour of Asia/Shanghai in which it was issued, `yyyy-MM-ddTHH`. */
  hour: string;
  item: string;
  /** Day of the decision: the date on its face (发证日期). */
  decided: string;
  /** RFC 3339, UTC. */
  knownAt: string;
  /** Present until it has been counted. */
  dirty?: 1;
}

export const ISSUED: CollectionSpec = {
  name: "supervision_issued",
  indexes: [
    { name: "hours", fields: ["owner", "hour"] },
    { name: "dirty", fields: ["dirty"] },
  ],
};

/** Opens what was issued. One that cannot be read is set aside (place `store`), and the others are counted. */
export async function openIssued({
  store,
  setAside,
}: Pick<Runtime, "store" | "setAside">): Promise<GuardedCollection<IssuedDocument>> {
  const collection = await store.collection<IssuedDocument>(ISSUED);
  const check = ({ owner, hour, item, decided, knownAt }: IssuedDocument) => {
    if ([owner, hour, item, knownAt].every((text) => typeof text === "string") && isCivilDate(String(decided))) return;
    throw new Refusal("RECORD_UNREADABLE", "what was issued lacks members or has wrong ones");
  };
  return guardedCollection({ collection, setAside, place: "store", source: ISSUED.name, check });
}

/**
 * What is counted of a certificate's record, whatever its state is by now: it was issued. `node` is the one that sent it, and counts for itself
 * alone. Throws where the record names no such times.
 */
export function issuedOf(node: string, payload: Uint8Array, knownAt: string): IssuedDocument {
  const { identifier, issuedAt, itemCode, issuerCode, message } = fromBinary(CertificateRecordSchema, payload);
  const { metadata } = JSON.parse(Buffer.from(message).toString()) as { metadata?: Partial<MessageMetadata> };
  const decided = String(metadata?.issueDate);
  if (!isCivilDate(decided))
    throw new Refusal("DATA_INVALID", `certificate ${identifier} names no day of its decision`);
  requireDepartmentCode(`certificate ${identifier}`, issuerCode);
  const hour = shanghaiHour(new Date(instantOf(issuedAt)));
  requireHour(`certificate ${identifier}`, hour);
  return {
    _id: `${node}/${identifier}`,
    revision: 1,
    owner: ownerOf(node, issuerCode),
    hour,
    item: itemCode,
    decided,
    knownAt,
    dirty: 1,
  };
}

/** The hour of an instant in Asia/Shanghai, `yyyy-MM-ddTHH`. */
export function shanghaiHour(instant: Date): string {
  return formatShanghaiTime(instant).slice(0, 13);
}
