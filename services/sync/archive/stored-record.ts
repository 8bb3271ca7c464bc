import { fromBinary } from "@bufbuild/protobuf";
import {
  type CertificateRecord,
  CertificateRecordSchema,
} from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { madeOnce } from "../../base/frozen.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { createRowReader, type RowReader } from "../../event/row-reader.ts";
import type { SetAside } from "../../event/set-aside.ts";
import type { ListedDigest } from "../../record/archive-digest.ts";
import { RECORD_STATES } from "../../record/record-state.ts";
import type { Collection } from "../../store/port.ts";
import { isCount, isDigest } from "../wire/signed-event.ts";
import type { ArchivedCertificate } from "./archived-certificate.ts";

/** What reads the archive's documents, each by itself. What cannot be read is set aside (place `archive`). */
export interface ArchiveRows {
  /** The whole record. */
  records: RowReader<ArchivedCertificate, CertificateRecord>;
  /** What archives compare: reads no record, so that millions are looked at in a moment. */
  digests: RowReader<ArchivedCertificate, ListedDigest>;
}

/** Creates the readers of an archive's collection. */
export function createArchiveRows(collection: Collection<ArchivedCertificate>, setAside: SetAside): ArchiveRows {
  const parts = { setAside, place: "archive", source: "archive", collection, nodeOf } as const;
  return {
    records: createRowReader({ ...parts, read: madeOnce(shownIn) }),
    digests: createRowReader({ ...parts, read: digestIn }),
  };
}

/** The record that an archived document keeps. Throws `RECORD_UNREADABLE` where it is not what was put there. */
export function recordIn({ _id, node, record: stored, payloadSha256 }: ArchivedCertificate): CertificateRecord {
  const bytes = typeof stored === "string" ? Buffer.from(stored, "base64") : undefined;
  if (!bytes || sha256Hex(bytes) !== payloadSha256) throw unreadable("the record is not what its digest names");
  const record = fromBinary(CertificateRecordSchema, bytes);
  if (record.identifier !== _id || record.node !== node) throw unreadable("the record is another certificate's");
  return record;
}

/** The record as others are shown it: with since when a second one under its identifier is known. */
function shownIn(document: ArchivedCertificate): CertificateRecord {
  const record = recordIn(document);
  const { forkedSince } = document;
  // Of damage to this member the careful reading counts.
  return forkedSince === undefined ? record : { ...record, forkedSince: String(forkedSince) };
}

/** Whether nothing of a document can be told from what it should be. */
export function isReadable(found: ArchivedCertificate): boolean {
  try {
    digestIn(found);
    recordIn(found);
    return isDigest(found.fixedDigest);
  } catch {
    return false;
  }
}

function digestIn({ _id: identifier, recordRevision: revision, digest, state }: ArchivedCertificate): ListedDigest {
  if (!isCount(revision) || !isDigest(digest)) throw unreadable("revision or digest are missing or wrong");
  // Older versions kept none; a wrong one would hide what is not in force.
  if (state !== undefined && !STATES.has(state)) throw unreadable("the state is none of an issued certificate");
  return { identifier, revision, digest };
}

const STATES: ReadonlySet<unknown> = new Set(Object.values(RECORD_STATES));

function nodeOf({ node }: ArchivedCertificate): string {
  return typeof node === "string" ? node : "";
}

function unreadable(why: string): Refusal {
  return new Refusal("RECORD_UNREADABLE", why);
}
