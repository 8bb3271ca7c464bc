import { withChange } from "../../registry/keep-record.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { allOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import { DELEGATION, type DelegationDocument, isFormer } from "./delegation-record.ts";

/**
 * At the start: makes records of delegations from before they were told to the province, each with the event that tells it. They stay where they lie,
 * so that a process of before that runs beside this one reads and writes the same ones; what it writes becomes a record when it is put again, or
 * with the next start.
 */
export async function tellFormerDelegations(context: CatalogContext): Promise<void> {
  for await (const one of allOf(context.delegations.registry.of(DELEGATION), { index: "departments" }))
    if (isFormer(one)) await tellFormerDelegation(context, one._id);
}

/** Makes a record of one that is from before; any other stays as it is. */
export async function tellFormerDelegation(context: CatalogContext, id: string): Promise<void> {
  const { delegations, bell, runtime } = context;
  const kept = delegations.registry.of(DELEGATION);
  const { code } = runtime.config.node;
  const found = await kept.get(id);
  if (!found || !isFormer(found)) return;
  // At the province a city's app could be named: nothing ever came of it, and the key is the city's.
  if (!found.app.startsWith(`${code}-`)) {
    await runtime.evidence.append("delegation-without-effect", { app: found.app, department: found.department });
    return void (await kept.remove(id, found.revision));
  }
  const stored = await changeStored(kept, id, async (old): Promise<DelegationDocument | undefined> => {
    if (!old || !isFormer(old)) return undefined;
    const now = runtime.now();
    // No lower than what was told of it, where a process of before has written it since: that counts its revision up, too.
    const changes = old.revision;
    const record = { ...old, kind: DELEGATION, node: code, key: id, changes, changedAt: now.toISOString() } as const;
    await runtime.evidence.append("registry-changed", { kind: DELEGATION, key: id, changes });
    return delegations.terms.isHeard() ? withChange(delegations.terms, record, now) : record;
  });
  if (stored) bell.ring();
}
