import { foreignPageToken } from "../../domain/refusal.ts";
import { BY_NODE, type RecordDocument, type RecordRoom } from "../record.ts";

/** Records of a page where the caller names no number. */
const DEFAULT_PAGE_SIZE = 50;
/** A page ends behind so many bytes: a record may have two megabytes. */
const PAGE_BYTES = 4 << 20;
/** Documents that are read at a time. */
const AT_ONCE = 8;

/**
 * A page of the records that are kept of a node, by kind and key, each as `told` tells it. A record that cannot be read is left out, and is
 * among what was set aside.
 */
export async function recordsOf<D extends RecordDocument, R>(
  { registry, terms }: Pick<RecordRoom<D>, "registry" | "terms">,
  node: string,
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
  told: (document: D) => R,
): Promise<{ records: R[]; nextPageToken: string }> {
  const { kinds } = terms;
  const limit = pageSize || DEFAULT_PAGE_SIZE;
  let [place, after] = placeIn(pageToken, kinds.length);
  const records: R[] = [];
  for (let bytes = 0; place < kinds.length && records.length < limit && bytes < PAGE_BYTES; ) {
    const { items, next } = await registry.of(kinds[place] as D["kind"]).query({
      index: BY_NODE.name,
      equals: [node],
      limit: Math.min(AT_ONCE, limit - records.length),
      ...(after !== "" && { after }),
    });
    for (const document of items) {
      records.push(told(document));
      bytes += terms.encoded(document).length;
    }
    if (next === undefined) place += 1;
    after = next ?? "";
  }
  return { records, nextPageToken: place < kinds.length ? tokenOf(place, after) : "" };
}

function tokenOf(place: number, after: string): string {
  return Buffer.from(JSON.stringify([place, after])).toString("base64url");
}

function placeIn(token: string, kinds: number): [number, string] {
  if (token === "") return [0, ""];
  try {
    const [place, after] = JSON.parse(Buffer.from(token, "base64url").toString()) as unknown[];
    const known = Number.isSafeInteger(place) && (place as number) >= 0 && (place as number) < kinds;
    if (known && typeof after === "string") return [place as number, after];
  } catch {
    // Told below, like any other token that this list has not given.
  }
  throw foreignPageToken();
}
