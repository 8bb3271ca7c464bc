import type { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { ExtensionContext } from "../context.ts";
import { deliveryView } from "../deliveries/delivery-view.ts";

const PAGE_SIZE = 50;

/** Lists deliveries of one state, the oldest event first. */
export function listDeliveries({ deliveries }: ExtensionContext): Handlers<typeof ExtensionService>["listDeliveries"] {
  return async ({ state, pageSize, pageToken }) => {
    const { items, next } = await deliveries.query({
      index: "states",
      equals: [state || "given-up"],
      limit: pageSize || PAGE_SIZE,
      ...(pageToken !== "" && { after: pageToken }),
    });
    return { deliveries: items.map(deliveryView), nextPageToken: next ?? "" };
  };
}
