import type { ArchiveBucket } from "../../proto/gen/ecert/sync/v1/certificate_record_pb.ts";
import { Refusal } from "../domain/refusal.ts";

/** Buckets of one page: three years of days. */
const PAGE = 1000;

/**
 * Reads all pages of a list of buckets. `root` is that of the last page: where days changed between two pages it may not be the digest over
 * just these, and whoever compares looks again. Throws `INVALID_FIELD` where the days do not follow each other: it would never end.
 */
export async function allBuckets(
  read: (page: { pageSize: number; pageToken: string }) => Promise<{
    buckets: ArchiveBucket[];
    root: string;
    nextPageToken: string;
  }>,
): Promise<{ buckets: ArchiveBucket[]; root: string }> {
  const buckets: ArchiveBucket[] = [];
  for (let pageToken = ""; ; ) {
    const page = await read({ pageSize: PAGE, pageToken });
    for (const one of page.buckets) {
      if (one.bucket <= (buckets.at(-1)?.bucket ?? "")) throw disorderly("buckets");
      buckets.push(one);
    }
    pageToken = page.nextPageToken;
    if (pageToken === "") return { buckets, root: page.root };
    if (page.buckets.length === 0) throw disorderly("buckets");
  }
}

/** What is said of a list whose pages do not follow each other. */
export function disorderly(what: "buckets" | "records"): Refusal {
  return new Refusal("INVALID_FIELD", `the node lists its ${what} out of order`);
}
