import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import type { SupervisionContext } from "./context.ts";
import { applyEvent } from "./routes/apply-event.ts";
import { getRates } from "./routes/get-rates.ts";
import { listRateMembers } from "./routes/list-rate-members.ts";

/** What the supervision service serves: to those whose department or division it counts, and events to the relay. */
export function mountRoutes(context: SupervisionContext): MountedService[] {
  return [
    mount(SupervisionService, {
      getRates: getRates(context),
      listRateMembers: listRateMembers(context),
    }),
    mount(InboxService, { applyEvent: applyEvent(context) }),
  ];
}
