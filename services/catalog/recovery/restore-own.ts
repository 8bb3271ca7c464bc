import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { keptDocument } from "../registry/registry.ts";
import { contentDigest } from "../registry/registry-record.ts";
import type { RegistryDocument } from "../stored/records.ts";
import type { OwnDifference } from "./compare-own.ts";

/**
 * Takes a record of this node back that the province keeps in a later change, as it is there: no event is made of it, for its change is
 * not a new one. What waits here for a receipt goes on waiting: the province ignores lower changes. Apps that are disabled, and tokens
 * that were revoked, are refused from now on. Resolves to false where somebody has put a later change meanwhile.
 */
export async function restoreOwn(context: CatalogContext, { id, kept }: OwnDifference): Promise<boolean> {
  const { registry, runtime } = context;
  const stored = await changeStored(registry, id, async (old) => {
    if (old && old.changes >= kept.changes) return undefined;
    const { kind, key, changes } = kept;
    const next: RegistryDocument = {
      ...keptDocument(context, old, kept),
      ...(old?.pending && { pending: old.pending }),
      ...(old?.pendingSince !== undefined && { pendingSince: old.pendingSince }),
    };
    await runtime.evidence.append("registry-restored", { kind, key, changes, sha256: contentDigest(kept) });
    return next;
  });
  if (stored) context.bell.ring();
  return stored !== undefined;
}
