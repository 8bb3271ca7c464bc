import { type EventKind, EventKindSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { StreamSpec } from "../../event/event-link.ts";
import type { NodeConfig, ServiceName } from "../../host/config.ts";
import { hasService, isProvince, linkedNodes } from "../../host/place.ts";
import type { NodeRole } from "../../host/roles.ts";
import { directionOf, EVENT_MAKERS, takerOf } from "../../host/services.ts";

/** A node that this node exchanges events with. Every link has the province at one end. */
export interface Peer {
  node: string;
  role: NodeRole;
  /** What this node publishes to the peer, and what it consumes from it. */
  outgoing: Direction;
  incoming: Direction;
}

/** One stream of a link. */
export interface Direction {
  stream: string;
  /** Subject prefix, without a dot at its end. */
  prefix: string;
}

/** Names of the durable consumers of every stream: events with their blobs, and receipts for the other direction. */
export const DATA = "data";
export const RECEIPT = "receipt";

/** The peers that this node is linked to: at the province all, elsewhere the province. */
export function linkedPeers(config: NodeConfig): Peer[] {
  const atProvince = isProvince(config.node);
  return linkedNodes(config).map(({ node, role }) => {
    const lower = atProvince ? node : config.node.code;
    const up = { stream: `UP_${lower}`, prefix: `ecert.${lower}.up` };
    const down = { stream: `DOWN_${lower}`, prefix: `ecert.${lower}.down` };
    return atProvince ? { node, role, outgoing: down, incoming: up } : { node, role, outgoing: up, incoming: down };
  });
}

/** The streams of a link, as the province creates them. */
export function streamsOf({ outgoing, incoming }: Peer, maxBytes: number): StreamSpec[] {
  return [outgoing, incoming].map(({ stream, prefix }) => ({
    name: stream,
    subjects: [`${prefix}.>`],
    maxBytes,
    consumers: [
      { durable: DATA, subject: `${prefix}.${DATA}.>` },
      { durable: RECEIPT, subject: `${prefix}.${RECEIPT}.>` },
    ],
    probe: `${prefix}.probe`,
  }));
}

/** Services of this node, here or in another process, whose outboxes are relayed. */
export function eventSources(config: NodeConfig): ServiceName[] {
  return EVENT_MAKERS.filter((name) => hasService(config, name));
}

/**
 * Whether a node takes over events of a kind from a peer. Certificates go up, published items come down (5.7.3); whose
 * registry records are taken over, the catalog decides.
 */
export function takesOver(receiver: NodeRole, kind: EventKind): boolean {
  if (takerOfEvent(kind) === undefined) return false;
  const direction = directionOf(nameOf(kind));
  return direction === "any" || direction === (isProvince({ role: receiver }) ? "up" : "down");
}

/** The service of this node that takes over events of a kind; `undefined` where none does. */
export function takerOfEvent(kind: EventKind): ServiceName | undefined {
  return takerOf(nameOf(kind));
}

function nameOf(kind: EventKind): string {
  return EventKindSchema.value[kind]?.localName ?? "";
}
