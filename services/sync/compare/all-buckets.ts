import type { ArchiveBucket } from "../../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { listed } from "./listed.ts";

/** Buckets of one page: three years of days. */
const PAGE = 1000;
/** Days of more than a hundred years. */
export const BUCKETS = 40_000;
/** Pages that these may come in: a node may give fewer on one than it is asked for. */
const PAGES = 400;
/** As long as the contract lets the name of a bucket be. */
const NAME_LENGTH = 20;

/**
 * Reads all pages of a node's list of buckets. `root` is that of the last page: where days changed between two pages it may not be the
 * digest over just these, and whoever compares looks again. Throws as {@link listed} does, at {@link BUCKETS}.
 */
export async function allBuckets(
  node: string,
  read: (page: { pageSize: number; pageToken: string }) => Promise<{
    buckets: ArchiveBucket[];
    root: string;
    nextPageToken: string;
  }>,
): Promise<{ buckets: ArchiveBucket[]; root: string }> {
  let root = "";
  const list = { node, what: "buckets", most: BUCKETS, pages: PAGES, nameLength: NAME_LENGTH } as const;
  const buckets = await listed(
    list,
    ({ bucket }: ArchiveBucket) => bucket,
    async (pageToken) => {
      const page = await read({ pageSize: PAGE, pageToken });
      root = page.root;
      return { items: page.buckets, next: page.nextPageToken };
    },
  );
  return { buckets, root };
}
