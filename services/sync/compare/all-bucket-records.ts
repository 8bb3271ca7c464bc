import type { RecordDigest } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import type { ListedDigest } from "../../record/archive-digest.ts";
import { safe } from "../wire/signed-event.ts";
import { listed } from "./listed.ts";

const PAGE = 200;
/** Records of one day of one node that are read, 100 MB of memory or so, and the pages that they may come in. */
export const RECORDS = 500_000;
const PAGES = 10_000;
/** As long as the contract lets an identifier be. */
const IDENTIFIER_LENGTH = 128;

/** Reads all pages of the record digests of one day, by identifier. Throws as {@link listed} does, at {@link RECORDS}. */
export function allBucketRecords(
  node: string,
  read: (page: { pageSize: number; pageToken: string }) => Promise<{ records: RecordDigest[]; nextPageToken: string }>,
): Promise<ListedDigest[]> {
  return listed(
    { node, what: "records of one bucket", most: RECORDS, pages: PAGES, nameLength: IDENTIFIER_LENGTH },
    ({ identifier }: ListedDigest) => identifier,
    async (pageToken) => {
      const { records, nextPageToken } = await read({ pageSize: PAGE, pageToken });
      const items = records.map(({ identifier, revision, digest }) => ({
        identifier,
        revision: safe(revision),
        digest,
      }));
      return { items, next: nextPageToken };
    },
  );
}
