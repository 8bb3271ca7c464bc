import { isWithin } from "../../domain/division.ts";
import { listDivisionsOf, shortForm } from "../../domain/obligatory-list.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { divisionOfNode, isSandboxNode } from "../../domain/sandbox.ts";
import type { NodeConfig } from "../../host/config.ts";
import { isProvince, provinceOf } from "../../host/place.ts";
import type { NodeRole } from "../../host/roles.ts";
import { listId } from "./stored.ts";

type Here = Pick<NodeConfig, "node" | "peers">;

/**
 * Whether a node, this one or a peer, keeps the list of a division: the province its own, a city those of itself and all within it, and so does
 * any sandbox. A department's edition keeps none (5.2.3).
 */
export function keepsList(node: { role: NodeRole; code: string }, division: string): boolean {
  const own = divisionOfNode(node.code);
  // A sandbox has nobody beside it.
  if (isSandboxNode(node.code)) return isWithin(division, own);
  if (isProvince(node)) return shortForm(division) === shortForm(own);
  return node.role === "city" && isWithin(division, own);
}

/** Keys of the lists that make the effective list of a division, as far as this node has them: of their keepers, and what it carried over itself. */
export function listKeysFor(here: Here, division: string): string[] {
  return listDivisionsOf(division).flatMap((one) => {
    const keeper = keeperOf(here, one);
    const own = listId(here.node.code, one);
    return keeper === undefined || keeper === here.node.code ? [own] : [listId(keeper, one), own];
  });
}

/** The node that keeps the list of a division, of those that this node knows. */
export function keeperOf(here: Here, division: string): string | undefined {
  const { node, peers } = here;
  const province = provinceOf(here);
  if (province !== undefined && shortForm(divisionOfNode(province)) === shortForm(division)) return province;
  if (keepsList(node, division)) return node.code;
  return peers.find((peer) => keepsList({ role: peer.role, code: peer.node }, division))?.node;
}

/** Refuses (`PERMISSION_DENIED`) to change a list that another node keeps. */
export function requireKeeper({ node }: Here, division: string): void {
  if (keepsList(node, division)) return;
  const description = `node ${node.code} does not keep the list of division ${division}`;
  const remedy = "change it at the node that keeps it: the province its own, a city those within it";
  const localized = `本节点不管理行政区划${division}的应开通目录，请在其所属节点办理`;
  throw refuseField("PERMISSION_DENIED", "change.division", description, remedy, localized);
}

/** Whether this node takes a list over from a peer (4.3.2): everybody that of the province, the province those of a city for itself and within. */
export function requireSender({ node, peers }: Here, sender: string, list: { node: string; division: string }): void {
  const peer = peers.find((one) => one.node === sender);
  const linked = peer !== undefined && isProvince(peer) !== isProvince(node);
  if (linked && list.node === sender && keepsList({ role: peer.role, code: sender }, list.division)) return;
  const message = `node ${sender} does not speak for the list of division ${list.division}`;
  throw new Refusal("PERMISSION_DENIED", message, { metadata: { node: sender } });
}
