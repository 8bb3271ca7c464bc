import { withChange } from "../../registry/keep-record.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { Stored } from "../../store/port.ts";
import { type AppDocument, appId, checkAppDocument } from "../apps/app-record.ts";
import type { AppRoom } from "../apps/app-room.ts";

/** An account as the catalog stored it, and whether something of it waits to be told. */
export interface FormerApp {
  app: AppDocument;
  waits: boolean;
}

/** Reads what the catalog stored. Throws for what cannot be read. */
export function readFormer(document: Stored): FormerApp {
  const { pending, pendingSince: _since, ...app } = document as AppDocument;
  checkAppDocument(app);
  return { app, waits: Array.isArray(pending) && pending.length > 0 };
}

/**
 * Carries an account over as the catalog stored it, whatever lies beside it included; one that is here already as it was then stays. What waits
 * there for a receipt is told anew from here, as a change of its own.
 */
export async function carryApp(room: AppRoom, { app: former, waits }: FormerApp): Promise<void> {
  const { apps, runtime, bell } = room;
  const { node, key, changes } = former;
  const carried = await changeStored(apps, appId(key), async (old) => {
    const next = old ? mergedInto(room, old, former) : opened(room, former, waits);
    if (next) await runtime.evidence.append("app-carried-over", { node, key, changes });
    return next;
  });
  if (carried) bell.ring();
}

/** As it was there. */
function opened(room: AppRoom, former: AppDocument, waits: boolean): AppDocument {
  const document = { ...former, carried: markOf(former) };
  return waits && isTold(room, former) ? told(room, { ...document, changes: former.changes + 1 }) : document;
}

/**
 * A process of before may have changed it since it was carried over. Of an account of this node the whole of that is its next change, and the
 * one thing that counts from both sides is which tokens are refused; another node's is judged by its own count of changes.
 */
function mergedInto(room: AppRoom, old: AppDocument, former: AppDocument): AppDocument | undefined {
  const isOwn = former.node === room.runtime.config.node.code;
  const isChanged = isOwn ? isLater(former, old.carried) : former.changes > old.changes;
  if (!isChanged) return undefined;
  if (isOwn) {
    room.runtime.log.warn(
      { app: former.key },
      "an app was changed by a process of before this service kept apps: that change counts, as a whole",
    );
  }
  const document = {
    ...former,
    revision: old.revision,
    ...(old.pending && { pending: old.pending }),
    ...(old.pendingSince !== undefined && { pendingSince: old.pendingSince }),
    ...later("tokensNotBefore", old, former),
    ...later("refusedBefore", old, former),
    carried: markOf(former),
  };
  if (!isOwn) return document;
  const next = { ...document, changes: Math.max(old.changes, former.changes) + 1 };
  return isTold(room, former) ? told(room, next) : next;
}

/** Whether it was changed there since it was carried over; a copy of that store that is put back is no change. */
function isLater({ changes, changedAt = "" }: AppDocument, carried: AppDocument["carried"]): boolean {
  return changes > (carried?.changes ?? 0) || changedAt > (carried?.changedAt ?? "");
}

function markOf({ changes, changedAt }: AppDocument): NonNullable<AppDocument["carried"]> {
  return { changes, ...(changedAt !== undefined && { changedAt }) };
}

/** Whether the province is told of changes of an account. */
function isTold({ runtime, terms }: AppRoom, { node }: AppDocument): boolean {
  return node === runtime.config.node.code && terms.isHeard();
}

function told({ runtime, terms }: AppRoom, document: AppDocument): AppDocument {
  return withChange(terms, document, runtime.now());
}

function later(member: "tokensNotBefore" | "refusedBefore", a: AppDocument, b: AppDocument): Partial<AppDocument> {
  const [last] = [a[member] ?? "", b[member] ?? ""].sort().reverse();
  return last ? { [member]: last } : {};
}
