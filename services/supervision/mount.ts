import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import type { SupervisionContext } from "./context.ts";
import { applyEvent } from "./routes/apply-event.ts";
import { freezeInspection } from "./routes/freeze-inspection.ts";
import { getInspection } from "./routes/get-inspection.ts";
import { getRates } from "./routes/get-rates.ts";
import { getVolumes } from "./routes/get-volumes.ts";
import { listIndicators } from "./routes/list-indicators.ts";
import { listInspections } from "./routes/list-inspections.ts";
import { listRateMembers } from "./routes/list-rate-members.ts";
import { putIndicator } from "./routes/put-indicator.ts";

/** What the supervision service serves: to those whose department or division it counts, and events to the relay. */
export function mountRoutes(context: SupervisionContext): MountedService[] {
  return [
    mount(SupervisionService, {
      getRates: getRates(context),
      listRateMembers: listRateMembers(context),
      getVolumes: getVolumes(context),
      putIndicator: putIndicator(context),
      listIndicators: listIndicators(context),
      freezeInspection: freezeInspection(context),
      getInspection: getInspection(context),
      listInspections: listInspections(context),
    }),
    mount(InboxService, { applyEvent: applyEvent(context) }),
  ];
}
