import { fromBinary, toJson } from "@bufbuild/protobuf";
import { CatalogItemContentSchema, CatalogItemSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { EventKind, type PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { digestOf, type JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Handlers } from "../../runtime/service.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { CatalogContext } from "../context.ts";
import { applyRecord, type TravellingRecord } from "../registry.ts";

/** 5.7.3: takes over catalog items from the province and registry records from cities. */
export function applyEvent(context: CatalogContext): Handlers<typeof InboxService>["applyEvent"] {
  return async (request) => {
    const event = request.event as PendingEvent;
    switch (event.kind) {
      case EventKind.CATALOG_ITEM_PUBLISHED:
        requirePeer(context, request.node, "province");
        return { changed: await applyItem(context, event) };
      case EventKind.REGISTRY_CHANGED: {
        const record = JSON.parse(new TextDecoder().decode(event.payload)) as TravellingRecord;
        if (record.node !== request.node) {
          throw new Refusal("PERMISSION_DENIED", `node ${request.node} sent a record of node ${record.node}`);
        }
        return { changed: await applyRecord(context, record) };
      }
      default:
        throw new Refusal("INVALID_FIELD", `the catalog keeps no events of kind ${event.kind}`);
    }
  };
}

/** 4.3.1: only the province publishes, so only its items are taken over. */
function requirePeer(context: CatalogContext, node: string, role: string): void {
  if (context.runtime.config.peers.some((peer) => peer.node === node && peer.role === role)) return;
  throw new Refusal("PERMISSION_DENIED", `node ${node} is not this node's ${role}`, { metadata: { node } });
}

async function applyItem({ items }: CatalogContext, event: PendingEvent): Promise<boolean> {
  const item = fromBinary(CatalogItemSchema, event.payload);
  if (!item.content) throw new Refusal("INVALID_FIELD", "a published item without content");
  const content = toJson(CatalogItemContentSchema, item.content) as JsonObject;
  try {
    await items.insert({
      _id: `${item.code}/${item.version}`,
      revision: 1,
      code: item.code,
      version: item.version,
      digest: digestOf(content),
      content,
      registeredAt: item.registeredAt,
      publishedAt: item.publishedAt,
      publishedVersion: item.version,
    });
    return true;
  } catch (error) {
    if (error instanceof DuplicateKey) return false;
    throw error;
  }
}
