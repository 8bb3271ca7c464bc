import type { ArchiveWanted } from "../../../proto/gen/ecert/sync/v1/archive_read_service_pb.ts";
import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { archivePage } from "../../record/archive-page.ts";
import { type ArchiveReach, archiveQuery, fitsArchive } from "../../record/archive-wanted.ts";
import type { Collection, Page } from "../../store/port.ts";
import { ARCHIVE, type ArchivedCertificate } from "./archived-certificate.ts";
import { foundBy } from "./found-by.ts";
import { type ArchiveRows, recordIn } from "./stored-record.ts";

const LISTED = {
  spec: ARCHIVE,
  indexes: {
    issued_at: { issuer: "issuer", division: "division" },
    number: { issuer: "issuerNumber", division: "divisionNumber" },
  },
  keys: {
    issued_at: ({ place }: ArchivedCertificate) => place ?? "",
    number: ({ number }: ArchivedCertificate) => number ?? "",
  },
} as const;

/** A page of what other nodes sent, as far as it is seen and looked for; what cannot be read is left out. Throws `INVALID_FIELD` for a foreign token. */
export async function searchArchived(
  collection: Collection<ArchivedCertificate>,
  rows: Pick<ArchiveRows, "records">,
  { wanted, reach }: { wanted: ArchiveWanted; reach: ArchiveReach },
  page: { orderBy: string; limit: number; after?: string },
): Promise<Page<CertificateRecord>> {
  const query = archiveQuery(wanted, reach, (codeType, code) => `${codeType}:${code}`);
  if (!query) return { items: [] };
  const fits = (document: ArchivedCertificate) => fitsArchive(placeIn(document), wanted, reach);
  const { items, next } = await archivePage({ collection, ...LISTED }, query, page, fits);
  return { items: await rows.records.all(items), ...(next !== undefined && { next }) };
}

function placeIn(document: ArchivedCertificate) {
  const record = recordIn(document);
  return { ...foundBy(record), state: record.state, day: document.bucket };
}
