import { InboxService } from "../../proto/gen/ecert/event/v1/inbox_service_pb.ts";
import { ActIntakeService, AuditService } from "../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { BulletinService } from "../../proto/gen/ecert/supervision/v1/bulletin_service_pb.ts";
import { CalendarService } from "../../proto/gen/ecert/supervision/v1/calendar_service_pb.ts";
import { SupervisionService } from "../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import type { SupervisionContext } from "./context.ts";
import { applyEvent } from "./routes/apply-event.ts";
import { freezeInspection } from "./routes/freeze-inspection.ts";
import { getBulletin } from "./routes/get-bulletin.ts";
import { getBulletinFile } from "./routes/get-bulletin-file.ts";
import { getCoverage } from "./routes/get-coverage.ts";
import { getFirstDays } from "./routes/get-first-days.ts";
import { getInspection } from "./routes/get-inspection.ts";
import { getLife } from "./routes/get-life.ts";
import { getRates } from "./routes/get-rates.ts";
import { getVolumes } from "./routes/get-volumes.ts";
import { listActs } from "./routes/list-acts.ts";
import { listBulletins } from "./routes/list-bulletins.ts";
import { listHolidays } from "./routes/list-holidays.ts";
import { listIndicators } from "./routes/list-indicators.ts";
import { listInspections } from "./routes/list-inspections.ts";
import { listOwnBulletins } from "./routes/list-own-bulletins.ts";
import { listRateMembers } from "./routes/list-rate-members.ts";
import { publishBulletin } from "./routes/publish-bulletin.ts";
import { putHolidays } from "./routes/put-holidays.ts";
import { putIndicator } from "./routes/put-indicator.ts";
import { readOwnBulletin } from "./routes/read-own-bulletin.ts";
import { takeActs } from "./routes/take-acts.ts";

/** What the supervision service serves: to those whose department or division it counts, and events to the relay. */
export function mountRoutes(context: SupervisionContext): MountedService[] {
  return [
    mount(SupervisionService, {
      getRates: getRates(context),
      listRateMembers: listRateMembers(context),
      getVolumes: getVolumes(context),
      getFirstDays: getFirstDays(context),
      getCoverage: getCoverage(context),
      putIndicator: putIndicator(context),
      listIndicators: listIndicators(context),
      freezeInspection: freezeInspection(context),
      getInspection: getInspection(context),
      listInspections: listInspections(context),
    }),
    mount(BulletinService, {
      publishBulletin: publishBulletin(context),
      getBulletin: getBulletin(context),
      listBulletins: listBulletins(context),
      getBulletinFile: getBulletinFile(context),
      listOwnBulletins: listOwnBulletins(context),
      readOwnBulletin: readOwnBulletin(context),
    }),
    mount(CalendarService, { putHolidays: putHolidays(context), listHolidays: listHolidays(context) }),
    mount(AuditService, { listActs: listActs(context), getLife: getLife(context) }),
    mount(ActIntakeService, { takeActs: takeActs(context) }),
    mount(InboxService, { applyEvent: applyEvent(context) }),
  ];
}
