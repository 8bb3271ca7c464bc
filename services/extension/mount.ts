import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { ExtensionService } from "../../proto/gen/ecert/extension/v1/extension_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import type { ExtensionContext } from "./context.ts";
import { applyEvent } from "./routes/apply-event.ts";
import { checkOrder } from "./routes/check-order.ts";
import { listDeliveries } from "./routes/list-deliveries.ts";
import { listExtensions } from "./routes/list-extensions.ts";
import { retryDelivery } from "./routes/retry-delivery.ts";

/** What the extension service serves: to those who look after a node, to the issue service, and to the relay. */
export function mountRoutes(context: ExtensionContext): MountedService[] {
  return [
    mount(ExtensionService, {
      listExtensions: listExtensions(context),
      checkOrder: checkOrder(context),
      listDeliveries: listDeliveries(context),
      retryDelivery: retryDelivery(context),
    }),
    mount(InboxService, { applyEvent: applyEvent(context) }),
  ];
}
