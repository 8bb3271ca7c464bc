import type { NodeConfig, ServiceName } from "./config.ts";
import type { NodeRole } from "./roles.ts";

// Where a node stands: every link of nodes has the province at one end (5.7.1). This file decides it; all other code asks by its names.

/** Whether a node, this one or a peer, is the province. */
export function isProvince({ role }: { readonly role: NodeRole }): boolean {
  return role === "province";
}

/** The peer that is the province; `undefined` where none of them is. */
export function provincePeer<P extends { readonly role: NodeRole }>(peers: readonly P[]): P | undefined {
  return peers.find(isProvince);
}

/** Code of the province, which may be this node itself; `undefined` where none is configured. */
export function provinceOf({ node, peers }: Pick<NodeConfig, "node" | "peers">): string | undefined {
  return isProvince(node) ? node.code : provincePeer(peers)?.node;
}

/** The peers that this node is linked to: at the province all, elsewhere the province. */
export function linkedNodes({ node, peers }: Pick<NodeConfig, "node" | "peers">): NodeConfig["peers"] {
  return peers.filter((peer) => isProvince(node) !== isProvince(peer));
}

/** Whether this node has a service, in this process or in another one. */
export function hasService({ services, mesh }: Pick<NodeConfig, "services" | "mesh">, name: ServiceName): boolean {
  return services.includes(name) || mesh[name] !== undefined;
}
