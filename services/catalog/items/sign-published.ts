import { toBinary } from "@bufbuild/protobuf";
import { CatalogItemSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { EventKind } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import { withEvent } from "../../event/pending-events.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import type { ItemDocument } from "../stored/records.ts";
import { itemView } from "./item.ts";
import { requireSigned, signatureOf } from "./version-signature.ts";

const PAGE = 100;

/** A published version, signed by this node, with the event that takes it to the peers in the place of those before. */
export function signedForPublication(context: CatalogContext, document: ItemDocument): ItemDocument {
  const { runtime } = context;
  const { pending: _before, pendingSince: _since, ...rest } = document;
  const unsigned: ItemDocument = { ...rest, publisher: runtime.config.node.code };
  const signed: ItemDocument = { ...unsigned, signature: signatureOf(runtime, itemView(unsigned)) };
  // Without peers nobody would ever confirm the event.
  if (runtime.config.peers.length === 0) return signed;
  const sent = (document.timesSent ?? 0) + 1;
  return withEvent(
    { ...signed, timesSent: sent },
    {
      key: `${signed._id}:${sent}`,
      kind: EventKind.CATALOG_ITEM_PUBLISHED,
      revision: sent,
      payload: Buffer.from(toBinary(CatalogItemSchema, itemView(signed))).toString("base64"),
      blobs: [],
      occurredAt: runtime.now().toISOString(),
    },
  );
}

/**
 * At the province's start: signs what was published before versions were signed, or under another key, and sends it out again. A version
 * that cannot be signed keeps no other from it.
 */
export async function signPublished(context: CatalogContext): Promise<void> {
  const { runtime, items, bell } = context;
  if (!isProvince(runtime.config.node)) return;
  let after: string | undefined;
  do {
    const page = await items.query({ index: "published", limit: PAGE, ...(after !== undefined && { after }) });
    for (const document of page.items) {
      try {
        if (isSigned(context, document)) continue;
        // Of several replicas that start, one is first.
        const { timesSent = 1 } = document;
        if (!(await items.replace(signedForPublication(context, { ...document, timesSent })))) continue;
        await runtime.evidence.append("catalog-item-signed", { code: document.code, version: document.version });
        bell.ring();
      } catch (error) {
        runtime.log.error({ item: document._id, cause: String(error) }, "a published version cannot be signed");
      }
    }
    after = page.next;
  } while (after !== undefined);
}

function isSigned({ runtime }: CatalogContext, document: ItemDocument): boolean {
  if (document.signature === undefined) return false;
  try {
    requireSigned(runtime, itemView(document), runtime.config.node.code);
    return true;
  } catch {
    return false;
  }
}
