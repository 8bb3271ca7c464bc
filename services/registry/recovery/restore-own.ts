import { changeStored } from "../../store/compare-and-set.ts";
import { contentDigest } from "../content-digest.ts";
import { keptDocument } from "../keep-record.ts";
import type { RecordDocument, RecordRoom } from "../record.ts";
import type { OwnDifference } from "./compare-own.ts";

/**
 * Takes a record of this node back that the province keeps in a later change, as it is there: no event is made of it, for its change is
 * not a new one. What waits here for a receipt goes on waiting: the province ignores lower changes. Apps that are disabled, and tokens
 * that were revoked, are refused from now on. Resolves to false where somebody has put a later change meanwhile.
 */
export async function restoreOwn<D extends RecordDocument>(
  room: RecordRoom<D>,
  { id, kept }: OwnDifference<D>,
): Promise<boolean> {
  const { registry, runtime } = room;
  const stored = await changeStored(registry.of(kept.kind), id, async (old: D | undefined) => {
    if (old && old.changes >= kept.changes) return undefined;
    const { kind, key, changes } = kept;
    const next: D = {
      ...keptDocument(room, old, kept),
      ...(old?.pending && { pending: old.pending }),
      ...(old?.pendingSince !== undefined && { pendingSince: old.pendingSince }),
    };
    await runtime.evidence.append("registry-restored", { kind, key, changes, sha256: contentDigest(room, kept) });
    return next;
  });
  if (stored) room.bell.ring();
  return stored !== undefined;
}
