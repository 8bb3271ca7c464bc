import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { StoredEvent } from "../../event/pending-events.ts";
import { withChange } from "../../registry/keep-record.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { CatalogContext } from "../context.ts";
import { isFormerRow } from "../stored/former-apps.ts";
import type { RegistryDocument } from "../stored/records.ts";

const PAGE = 100;

/**
 * At the start: pending events that hold a record as JSON, which no node reads any more, give way to one that holds what the record says
 * now. It counts as a change, so that it has a key of its own and whoever took the former over takes this one too.
 */
export async function rewriteEvents(context: CatalogContext): Promise<void> {
  const { registry, runtime, bell } = context;
  let after: string | undefined;
  do {
    const page = await registry.query({ index: "pending", limit: PAGE, ...(after !== undefined && { after }) });
    for (const document of page.items) {
      try {
        if (await rewrite(context, document)) bell.ring();
      } catch (error) {
        // It is set aside where the outbox reads it, and keeps no other from being sent.
        runtime.log.error(
          { record: document._id, cause: String(error) },
          "a pending record cannot be brought into the form of now",
        );
      }
    }
    after = page.next;
  } while (after !== undefined);
}

/** Rewrites a document, again and again until nobody else writes in between; resolves to whether there was something to rewrite. */
async function rewrite({ registry, runtime, terms }: CatalogContext, found: RegistryDocument): Promise<boolean> {
  // What it tells is told anew by the service that keeps apps now.
  if (isFormerRow(found)) return false;
  const next = (document: RegistryDocument | undefined) => document && rewritten(terms, document, runtime.now());
  return next(found) !== undefined && (await changeStored(registry, found._id, next)) !== undefined;
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
