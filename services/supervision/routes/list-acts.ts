import type { AuditService } from "../../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { scopeOf, WHOLE } from "../acts/act-scopes.ts";
import { actView } from "../acts/act-view.ts";
import { findActs } from "../acts/find-acts.ts";
import { seesIssuer } from "../acts/life.ts";
import type { SupervisionContext } from "../context.ts";
import { askedInstant } from "../figures/asked-time.ts";

const PAGE_SIZE = 50;

/** 5.9.5: lists who did what, within reach. That it was read, and what was looked for, is kept before the answer. */
export function listActs(context: SupervisionContext): Handlers<typeof AuditService>["listActs"] {
  return async (request, call) => {
    const { caller, reach } = call;
    const { identifier, account, appKey, departmentCode, kind, pageSize, pageToken } = request;
    const from = askedInstant(request.from, "from");
    const to = askedInstant(request.to, "to");
    if (from !== "" && to !== "" && to <= from) {
      const remedy = "take a time behind `from`";
      throw refuseField("DATE_RANGE_INVALID", "to", "is not later than `from`", remedy, "须晚于起始时间");
    }
    const wanted = { identifier, account, appKey, departmentCode, kind, from, to };
    const own = scopeOf(reach, context.runtime.config.node.code);
    const seesAll = own !== WHOLE && identifier !== "" && (await seesIssuer(context, identifier, call));
    const { items, next = "" } = await findActs(context, seesAll ? WHOLE : own, wanted, {
      limit: pageSize || PAGE_SIZE,
      after: pageToken,
      oldestFirst: request.orderBy === "at",
    });
    if (pageToken === "") {
      const asked = Object.entries(wanted).filter(([, value]) => value !== "");
      const lookedFor = { wanted: Object.fromEntries(asked), by: callerName(caller) };
      await context.runtime.evidence.append("acts-read", lookedFor);
    }
    return { acts: items.map((act) => actView(act, act.within.includes(own))), nextPageToken: next };
  };
}
