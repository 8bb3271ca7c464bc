import { isCivilDate } from "../domain/civil-date.ts";
import { refuseField } from "../domain/refusal.ts";

/** Buckets of a page where the caller says nothing. */
const DEFAULT_PAGE_SIZE = 50;

/** What a caller asks of a list of buckets. */
export interface BucketPageRequest {
  pageSize: number;
  /** Last bucket (day) of the page before; empty: from the start. */
  pageToken: string;
}

/**
 * A page of digests by day of issue (4.6.2), as `ListBuckets` answers it wherever archives are kept. `buckets` are sorted by day. Throws
 * `INVALID_FIELD` for a token that no list of buckets has given.
 */
export function bucketPage(
  buckets: readonly { bucket: string; count: number; digest: string }[],
  { pageSize, pageToken }: BucketPageRequest,
): { buckets: { bucket: string; count: bigint; digest: string }[]; nextPageToken: string } {
  if (pageToken !== "" && !isCivilDate(pageToken)) {
    throw refuseField("INVALID_FIELD", "page_token", "not a token of this list", "leave it empty to begin again");
  }
  const rest = buckets.filter(({ bucket }) => bucket > pageToken);
  const page = rest.slice(0, pageSize || DEFAULT_PAGE_SIZE);
  const nextPageToken = page.length < rest.length ? (page.at(-1)?.bucket ?? "") : "";
  return { buckets: page.map((one) => ({ ...one, count: BigInt(one.count) })), nextPageToken };
}
