import type { RecordedVersion } from "../../domain/recorded.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { Collection } from "../../store/port.ts";
import { type FactDocument, type FactValue, MAX_VERSIONS, ownerOf } from "./fact-record.ts";

/** Keeps a version of a record once, however often and in whatever order its versions come; resolves to whether it was new. */
export async function keepFact(
  facts: Pick<Collection<FactDocument>, "get" | "insert" | "replace">,
  { id, node, list }: { id: string; node: string; list?: string },
  version: RecordedVersion<FactValue>,
): Promise<boolean> {
  let isNew = false;
  await changeStored(facts, id, (old) => {
    isNew = !old?.versions.some(({ revision }) => revision === version.revision);
    if (!isNew) return old;
    const versions = [...(old?.versions ?? []), version].sort((a, b) => a.revision - b.revision);
    const owners = [...new Set(versions.map(({ value }) => ownerOf(node, value.department)))];
    const kept = versions.slice(-MAX_VERSIONS);
    return {
      ...(old ?? { _id: id, revision: 1, node, ...(list !== undefined && { list }) }),
      versions: kept,
      owners,
      dirty: 1,
    } satisfies FactDocument;
  });
  return isNew;
}
