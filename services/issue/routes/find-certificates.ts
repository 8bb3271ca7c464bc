import type { ArchiveService } from "../../../proto/gen/ecert/sync/v1/archive_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { newestFirst, type Placed, placeOf, requirePlace } from "../../domain/certificate-place.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IssueContext } from "../context.ts";
import { type CertificateDocument, holderKey } from "../record/certificate.ts";
import { recordOf } from "../record/record.ts";
import type { CertificateRepository } from "../record/repository.ts";

const DEFAULT_PAGE_SIZE = 50;
/** Certificates of one holder that one call sorts. Who holds more has to be asked for by item. */
const MOST = 5_000;

/**
 * 4.6, 5.4.3: a holder's certificates of given items, newest first. The index finds a holder's certificates of an item, but
 * not by time; they are few, so they are read whole and sorted here.
 */
export function findCertificates(context: IssueContext): Handlers<typeof ArchiveService>["findCertificates"] {
  return async ({ holderCodeType, holderCode, itemCodes, pageSize, pageToken }) => {
    requirePlace(pageToken);
    const items = itemCodes.length === 0 ? [undefined] : [...new Set(itemCodes)];
    const found: CertificateDocument[] = [];
    for (const item of items) {
      const key = holderKey(holderCodeType, holderCode, item);
      found.push(...(await allOf(context.certificates, key, MOST - found.length)));
    }
    const sorted = found.map((document) => ({ document, ...placedOf(document) })).sort(newestFirst);
    const open = pageToken === "" ? sorted : sorted.filter((one) => placeOf(one) < pageToken);
    const page = open.slice(0, pageSize || DEFAULT_PAGE_SIZE);
    const last = page.at(-1);
    const nextPageToken = page.length < open.length && last ? placeOf(last) : "";
    const records = page.map(({ document }) => context.forked.shown(recordOf(document), document.settledFor));
    return { records: await Promise.all(records), nextPageToken };
  };
}

async function allOf(certificates: CertificateRepository, key: string, most: number): Promise<CertificateDocument[]> {
  const found: CertificateDocument[] = [];
  for (let after: string | undefined; ; ) {
    const page = await certificates.query({ index: "holder", equals: [key], limit: 1_000, ...(after && { after }) });
    found.push(...page.items);
    if (found.length > most) {
      const description = `the holder has more than ${MOST} certificates of these items`;
      throw refuseField(
        "TOO_LARGE",
        "item_codes",
        description,
        "ask for fewer items at once",
        `该持证主体在这些目录项下的证照超过${MOST}个，请减少目录项`,
      );
    }
    after = page.next;
    if (after === undefined) return found;
  }
}

function placedOf({ _id: identifier, signed }: CertificateDocument): Placed {
  return { identifier, issuedAt: signed?.issuedAt ?? "" };
}
