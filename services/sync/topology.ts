import { EventKind } from "../../proto/gen/ecert/event/v1/event_pb.ts";
import type { NodeConfig, NodeRole, ServiceName } from "../runtime/config.ts";
import type { StreamSpec } from "../runtime/event-link.ts";

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
  const atProvince = config.node.role === "province";
  return config.peers
    .filter((peer) => atProvince !== (peer.role === "province"))
    .map(({ node, role }) => {
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
  }));
}

/** Services of this node, here or in another process, whose outboxes are relayed. */
export function eventSources(config: NodeConfig): ServiceName[] {
  return (["issue", "catalog"] as const).filter((name) => config.services.includes(name) || config.mesh[name]);
}

/**
 * Whether a node takes over events of a kind from a peer. Certificates go up, published items come down (5.7.3); whose
 * registry records are taken over, the catalog decides.
 */
export function takesOver(receiver: NodeRole, kind: EventKind): boolean {
  switch (kind) {
    case EventKind.CERTIFICATE_CHANGED:
      return receiver === "province";
    case EventKind.CATALOG_ITEM_PUBLISHED:
      return receiver !== "province";
    default:
      return kind === EventKind.REGISTRY_CHANGED;
  }
}
