import type { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { fittingPage, holdsPart } from "../../store/fitting-page.ts";
import type { ExtensionContext } from "../context.ts";
import { deliveryView } from "../deliveries/delivery-view.ts";

const PAGE_SIZE = 50;

/** Lists deliveries of one state, by when their events were. */
export function listDeliveries({ deliveries }: ExtensionContext): Handlers<typeof ExtensionService>["listDeliveries"] {
  return async ({ state, pageSize, pageToken, search, orderBy }) => {
    const { items, next } = await fittingPage(
      deliveries,
      {
        index: "states",
        equals: [state || "given-up"],
        descending: orderBy.startsWith("-"),
        limit: pageSize || PAGE_SIZE,
        ...(pageToken !== "" && { after: pageToken }),
      },
      ({ _id, event, extension, receiver, lastFault = "" }) =>
        holdsPart(search, [_id, event, extension, receiver, lastFault]),
    );
    return { deliveries: items.map(deliveryView), nextPageToken: next ?? "" };
  };
}
