import type { ExtensionService } from "../../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CheckedOrder } from "../checks/contract.ts";
import type { ExtensionContext } from "../context.ts";

/** Holds an order against the checks of extensions for its item. */
export function checkOrder({ checks }: ExtensionContext): Handlers<typeof ExtensionService>["checkOrder"] {
  return async ({ orderJson, itemCode }) => {
    const order = JSON.parse(orderJson) as CheckedOrder;
    return { faults: await checks.faultsOf({ ...order, itemCode }) };
  };
}
