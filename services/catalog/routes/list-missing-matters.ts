import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { type Refusal, refuseField } from "../../domain/refusal.ts";
import { isProvince } from "../../host/place.ts";
import type { CatalogContext } from "../context.ts";
import { missingFromNode } from "../matters/missing-from-node.ts";

/** 6.2.2.2: lists what directory and catalog have and a node's matters have not. */
export function listMissingMatters(context: CatalogContext): Handlers<typeof MatterService>["listMissingMatters"] {
  const { node: own, peers } = context.runtime.config;
  return async ({ node: asked, search, orderBy, pageSize, pageToken }, { reach }) => {
    const node = asked || own.code;
    const isKnown = node === own.code || (isProvince(own) && peers.some((peer) => peer.node === node));
    if (!isKnown) throw unknownNode(node);
    const seesAll = reach.kind === "all" || (reach.kind === "division" && node.startsWith(reach.prefix));
    if (!seesAll) throw beyond(node);
    const page = await missingFromNode(context, node, { limit: pageSize || 50, token: pageToken, search, orderBy });
    return { differences: page.differences, nextPageToken: page.next };
  };
}

function unknownNode(node: string): Refusal {
  const remedy = "name this node, or at the province one of its peers";
  const localized = `没有节点${node}的事项，请填写本节点，在省级节点可填写其下级节点`;
  return refuseField("INVALID_FIELD", "node", `nothing is known here of node ${node}`, remedy, localized);
}

function beyond(node: string): Refusal {
  const description = `node ${node} as a whole lies beyond what you see`;
  const remedy = "ask the management body of its division, or look at CompareMatters";
  const localized = `节点${node}超出您的管辖范围，请由其电子证照管理机构查询，或使用CompareMatters`;
  return refuseField("PERMISSION_DENIED", "node", description, remedy, localized);
}
