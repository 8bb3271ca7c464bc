import type { CertificateRecord } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { newestFirst, placeOf, requirePlace } from "../../domain/certificate-place.ts";
import type { Collection } from "../../store/port.ts";
import type { ArchivedCertificate } from "./archived-certificate.ts";
import type { ArchiveRows } from "./stored-record.ts";

/** Documents that are read at once. */
const READ_AT_ONCE = 200;

/** Which records of a holder are wanted. */
export interface HolderWanted {
  codeType: string;
  code: string;
  /** Empty: of all items. */
  itemCodes: readonly string[];
  /** Nodes that issued them. Absent: any. */
  nodes?: readonly string[];
}

/** A page of a holder's records. */
export interface HolderPage {
  records: CertificateRecord[];
  /** Nodes that issued any of them, or of those behind this page. */
  nodes: string[];
  /** Place of the last one; absent on the last page. */
  next?: string;
}

/**
 * A page of what a holder has, newest first. The index knows no order by time, so all are looked at for each page; only those of the page
 * are kept. What is archived between two pages is seen by the second one if it belongs there.
 */
export async function holderPage(
  collection: Collection<ArchivedCertificate>,
  rows: Pick<ArchiveRows, "records">,
  { codeType, code, itemCodes, nodes }: HolderWanted,
  { limit, after = "" }: { limit: number; after?: string },
): Promise<HolderPage> {
  requirePlace(after);
  const wanted = new Set(itemCodes);
  const issuers = new Set<string>();
  let page: CertificateRecord[] = [];
  let more = false;
  for (let cursor: string | undefined; ; ) {
    const found = await collection.query({
      index: "holder",
      equals: [`${codeType}:${code}`],
      limit: READ_AT_ONCE,
      ...(cursor !== undefined && { after: cursor }),
    });
    const wantedNodes = found.items.filter(({ node }) => nodes === undefined || nodes.includes(node));
    const fitting = (await rows.records.all(wantedNodes))
      .filter(({ itemCode }) => wanted.size === 0 || wanted.has(itemCode))
      .filter((record) => after === "" || placeOf(record) < after);
    for (const { node } of fitting) issuers.add(node);
    page = [...page, ...fitting].sort(newestFirst);
    more ||= page.length > limit;
    page = page.slice(0, limit);
    cursor = found.next;
    if (cursor === undefined) break;
  }
  const end = page.at(-1);
  return { records: page, nodes: [...issuers], ...(more && end !== undefined && { next: placeOf(end) }) };
}
