import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { PENDING_INDEX, type StoredEvent } from "../../event/pending-events.ts";
import { withChange } from "../../registry/keep-record.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { allOf } from "../../store/pages-of.ts";
import type { CatalogContext } from "../context.ts";
import { RECORD_KINDS, type RegistryDocument } from "../stored/records.ts";

const PAGE = 100;

/**
 * At the start: pending events that hold a record as JSON, which no node reads any more, give way to one that holds what the record says
 * now. It counts as a change, so that it has a key of its own and whoever took the former over takes this one too.
 */
export async function rewriteEvents(context: CatalogContext): Promise<void> {
  for (const kind of RECORD_KINDS) {
    for await (const document of allOf(context.registry.of(kind), { index: PENDING_INDEX.name, limit: PAGE })) {
      await rewrite(context, document);
    }
  }
}

/** Rewrites a document where there is something to rewrite, again and again until nobody else writes in between. */
async function rewrite(context: CatalogContext, found: RegistryDocument): Promise<void> {
  const { registry, runtime, terms, bell } = context;
  const next = (document: RegistryDocument | undefined) => document && rewritten(terms, document, runtime.now());
  try {
    if (next(found) === undefined) return;
    if (await changeStored(registry.of(found.kind), found._id, next)) bell.ring();
  } catch (error) {
    // It is set aside where the outbox reads it, and keeps no other from being sent.
    const told = { record: found._id, cause: String(error) };
    runtime.log.error(told, "a pending record cannot be brought into the form of now");
  }
}

/** The document with one event in the place of those in the old form and before; `undefined` where there is none in that form. */
function rewritten(
  terms: CatalogContext["terms"],
  document: RegistryDocument,
  now: Date,
): RegistryDocument | undefined {
  const { pending, pendingSince: _since, ...rest } = document;
  if (!Array.isArray(pending) || !pending.some(isOld)) return undefined;
  return withChange(terms, { ...rest, changes: document.changes + 1 }, now);
}

function isOld(event: StoredEvent): boolean {
  return event?.kind === EventKind.REGISTRY_CHANGED && Buffer.from(event.payload, "base64")[0] === "{".charCodeAt(0);
}
