import { isCivilDate } from "../domain/civil-date.ts";
import { foreignPageToken } from "../domain/refusal.ts";
import type { BucketDigest, ListedDigest } from "./archive-digest.ts";

/** Elements of a page where the caller says nothing. */
const DEFAULT_PAGE_SIZE = 50;

/** What a caller asks of a list. */
interface PageRequest {
  pageSize: number;
  /** Last bucket (day) or identifier of the page before; empty: from the start. */
  pageToken: string;
}

/**
 * A page of digests by day of issue (4.6.2), as `ListBuckets` answers it wherever archives are kept. `buckets` are sorted by day. Throws
 * `INVALID_FIELD` for a token that no list of buckets has given.
 */
export function bucketPage(
  buckets: readonly BucketDigest[],
  { pageSize, pageToken }: PageRequest,
): { buckets: { bucket: string; count: bigint; digest: string }[]; nextPageToken: string } {
  if (pageToken !== "" && !isCivilDate(pageToken)) {
    throw foreignPageToken();
  }
  const rest = buckets.filter(({ bucket }) => bucket > pageToken);
  const page = rest.slice(0, pageSize || DEFAULT_PAGE_SIZE);
  const nextPageToken = page.length < rest.length ? (page.at(-1)?.bucket ?? "") : "";
  return { buckets: page.map((one) => ({ ...one, count: BigInt(one.count) })), nextPageToken };
}

/** A page of the digests of one day, which are in the order of their identifiers. A page token is the last identifier of the page before. */
export function recordPage(listed: readonly ListedDigest[], { pageSize, pageToken }: PageRequest) {
  const rest = listed.filter(({ identifier }) => identifier > pageToken);
  const page = rest.slice(0, pageSize || DEFAULT_PAGE_SIZE);
  const nextPageToken = page.length < rest.length ? (page.at(-1)?.identifier ?? "") : "";
  return { records: page.map((record) => ({ ...record, revision: BigInt(record.revision) })), nextPageToken };
}
