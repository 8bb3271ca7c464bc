import { type DescMessage, fromBinary, type MessageShape } from "@bufbuild/protobuf";
import { CatalogItemSchema } from "../../../proto/gen/ecert/catalog/v1/catalog_item_pb.ts";
import { EventKind, type PendingEvent } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { InboxService } from "../../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import { takeRecord } from "../../registry/incoming-record.ts";
import type { CatalogContext } from "../context.ts";
import { takeDecision } from "../drafts/take-decision.ts";
import { takeDraft } from "../drafts/take-draft.ts";
import { takeOverItem } from "../items/take-over.ts";
import { takeOverList } from "../lists/take-over-list.ts";
import { handedOn } from "../registry/former-app.ts";

/** 5.7.3: takes over catalog items and decisions on drafts from the province, registry records, delegations and drafts from cities, and obligatory lists of both. */
export function applyEvent(context: CatalogContext): Handlers<typeof InboxService>["applyEvent"] {
  return async (request) => {
    const event = request.event as PendingEvent;
    switch (event.kind) {
      case EventKind.CATALOG_ITEM_PUBLISHED:
        requireProvincePeer(context, request.node);
        return { changed: await takeOverItem(context, decoded(CatalogItemSchema, event.payload), request.node) };
      case EventKind.REGISTRY_CHANGED:
        return { changed: await takeChange(context, request.node, event) };
      case EventKind.DELEGATION_CHANGED:
        return { changed: await takeRecord(context.delegations, request.node, event.payload, event.key) };
      case EventKind.LIST_PUBLISHED:
        return { changed: await takeOverList(context, request.node, event.payload) };
      case EventKind.ITEM_DRAFT_CHANGED:
        return { changed: await takeDraft(context, request.node, event.payload) };
      case EventKind.ITEM_DRAFT_DECIDED:
        requireProvincePeer(context, request.node);
        return { changed: await takeDecision(context, event.payload) };
      default:
        throw new Refusal("INVALID_FIELD", `the catalog keeps no events of kind ${event.kind}`);
    }
  };
}

/** Apps come among the records of nodes that are of before the identity service kept them. */
async function takeChange(context: CatalogContext, node: string, { payload, key }: PendingEvent): Promise<boolean> {
  return (await handedOn(context.runtime, node, payload)) ?? takeRecord(context, node, payload, key);
}

/** Reads a payload. Refuses (`INVALID_FIELD`) what is no such message: it will not become one. */
function decoded<S extends DescMessage>(schema: S, payload: Uint8Array): MessageShape<S> {
  try {
    return fromBinary(schema, payload);
  } catch (cause) {
    throw new Refusal("INVALID_FIELD", `the payload is no ${schema.typeName}`, {
      cause,
      fields: [
        {
          field: "event.payload",
          description: `not a ${schema.typeName} in protobuf`,
          remedy: "send the message that the contract names",
          localized: `不是${schema.typeName}，请按接口定义发送`,
        },
      ],
    });
  }
}

/** 4.3.1: only the province publishes and decides, so only its items and decisions are taken over. */
function requireProvincePeer(context: CatalogContext, node: string): void {
  if (context.runtime.config.peers.some((peer) => peer.node === node && isProvince(peer))) return;
  throw new Refusal("PERMISSION_DENIED", `node ${node} is not this node's province`, { metadata: { node } });
}
