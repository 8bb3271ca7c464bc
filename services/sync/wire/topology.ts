import { type EventKind, EventKindSchema } from "../../../proto/gen/ecert/event/v1/event_pb.ts";
import type { StreamSpec } from "../../event/event-link.ts";
import type { NodeConfig, ServiceName } from "../../host/config.ts";
import { hasService, isProvince, linkedNodes } from "../../host/place.ts";
import type { NodeRole } from "../../host/roles.ts";
import { directionOf, EVENT_MAKERS, OWN_TAKERS, ownTakersOf, takersOf } from "../../host/services.ts";

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
/** Word behind them in the subject of a message with several of these. */
export const GROUP = "group";

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

/** Services of this node, here or in another process, whose outboxes are relayed: none where nobody is there to take anything. */
export function eventSources(config: NodeConfig, isLinked: boolean): ServiceName[] {
  if (!isLinked && homeTakers(config).length === 0) return [];
  return EVENT_MAKERS.filter((name) => hasService(config, name));
}

/**
 * Whether a node takes over events of a kind from a peer. Certificates go up, published items come down (5.7.3); whose
 * registry records are taken over, the catalog decides.
 */
export function takesOver(receiver: NodeRole, kind: EventKind): boolean {
  if (takersOf(nameOf(kind)).length === 0) return false;
  const direction = directionOf(nameOf(kind));
  return direction === "any" || direction === (isProvince({ role: receiver }) ? "up" : "down");
}

/** The services of this node that take over events of a kind from peers, in the order in which they do. */
export function takersOfEvent(config: NodeConfig, kind: EventKind): ServiceName[] {
  return takersOf(nameOf(kind)).filter((name) => hasService(config, name));
}

/** The services of this node, here or in another process, that take events of a kind which happened here (`sync/send/home.ts`). */
export function homeTakersOf(config: NodeConfig, kind: EventKind): ServiceName[] {
  return ownTakersOf(nameOf(kind)).filter((name) => hasService(config, name));
}

/** All services of this node that take events which happened here. */
export function homeTakers(config: NodeConfig): ServiceName[] {
  return OWN_TAKERS.filter((name) => hasService(config, name));
}

/** Whether another node may want an event of this one, now or once it is linked to it. */
export function isForOthers(config: NodeConfig, kind: EventKind): boolean {
  const direction = directionOf(nameOf(kind));
  return direction === "any" || direction === (isProvince(config.node) ? "down" : "up");
}

function nameOf(kind: EventKind): string {
  return EventKindSchema.value[kind]?.localName ?? "";
}
