import { sha256Hex } from "../domain/canonical.ts";
import type { RecordDocument, RecordTerms, SentRecord } from "./record.ts";

/**
 * What a record says beside how often it changed, by its digest: two of the same node, key and change must not differ in it. Of members that
 * only another version of the contract knows, and of the node, which the envelope tells, it says nothing.
 */
export function contentDigest<D extends RecordDocument>(
  { terms }: { terms: Pick<RecordTerms<D>, "encoded"> },
  record: SentRecord<D>,
): string {
  const { node: _node, ...value } = record.value;
  return sha256Hex(terms.encoded({ ...record, changes: 0, value }));
}
