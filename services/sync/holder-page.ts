import type { CertificateRecord } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { refuseField } from "../domain/refusal.ts";
import type { Collection } from "../store/port.ts";
import type { ArchivedCertificate } from "./archive.ts";
import type { ArchiveRows } from "./stored-record.ts";

/** Documents that are read at once. */
const READ_AT_ONCE = 200;

/** Where a record stands in the list of its holder. */
type Place = Pick<CertificateRecord, "issuedAt" | "identifier">;

/** Newest issue first, ties by identifier. */
export function newestFirst(a: Place, b: Place): number {
  return Date.parse(b.issuedAt) - Date.parse(a.issuedAt) || (a.identifier < b.identifier ? -1 : 1);
}

/**
 * A page of what a holder has, newest first. The index knows no order by time, so all are looked at for each page; only those of the page
 * are kept. What is archived between two pages is seen by the second one if it belongs there.
 */
export async function holderPage(
  collection: Collection<ArchivedCertificate>,
  rows: Pick<ArchiveRows, "records">,
  { codeType, code, itemCodes }: { codeType: string; code: string; itemCodes: readonly string[] },
  { limit, after }: { limit: number; after?: string },
): Promise<{ records: CertificateRecord[]; next?: string }> {
  const wanted = new Set(itemCodes);
  const last = after === undefined ? undefined : placeOf(after);
  let page: CertificateRecord[] = [];
  let more = false;
  for (let cursor: string | undefined; ; ) {
    const found = await collection.query({
      index: "holder",
      equals: [`${codeType}:${code}`],
      limit: READ_AT_ONCE,
      ...(cursor !== undefined && { after: cursor }),
    });
    const fitting = (await rows.records.all(found.items))
      .filter(({ itemCode }) => wanted.size === 0 || wanted.has(itemCode))
      .filter((record) => last === undefined || newestFirst(last, record) < 0);
    page = [...page, ...fitting].sort(newestFirst);
    more ||= page.length > limit;
    page = page.slice(0, limit);
    cursor = found.next;
    if (cursor === undefined) break;
  }
  const end = page.at(-1);
  return { records: page, ...(more && end !== undefined && { next: `${end.issuedAt}/${end.identifier}` }) };
}

function placeOf(cursor: string): Place {
  const [, issuedAt = "", identifier = ""] = /^([^/]+)\/(.+)$/.exec(cursor) ?? [];
  if (identifier !== "" && !Number.isNaN(Date.parse(issuedAt))) return { issuedAt, identifier };
  throw refuseField("INVALID_FIELD", "page_token", "not a token of this list", "leave it empty to begin again");
}
