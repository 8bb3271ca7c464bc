import type { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { ExtensionContext } from "../context.ts";
import type { DeliveryDocument } from "../deliveries/delivery-record.ts";
import { deliveryView } from "../deliveries/delivery-view.ts";

/** Has a delivery tried again; what was delivered stays delivered. */
export function retryDelivery(context: ExtensionContext): Handlers<typeof ExtensionService>["retryDelivery"] {
  const { deliveries, runtime, bell } = context;
  return async ({ id }) => {
    const found = await deliveries.get(id);
    if (!found) {
      const localized = "没有该投递，请核对编号（ecert extension deliveries）";
      throw refuseField("DELIVERY_UNKNOWN", "id", `no delivery ${id}`, "take an id of ListDeliveries", localized);
    }
    const stored = await changeStored(deliveries, id, async (old = found) => {
      if (old.state === "delivered") return undefined;
      const { endedAt: _ended, ...rest } = old;
      const again: DeliveryDocument = { ...rest, state: "waiting", attempts: 0, nextAt: runtime.now().toISOString() };
      await runtime.evidence.append("delivery-retried", { id });
      return again;
    });
    bell.ring();
    return { delivery: deliveryView(stored ?? found) };
  };
}
