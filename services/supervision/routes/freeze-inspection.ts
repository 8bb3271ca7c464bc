import type { SupervisionService } from "../../../proto/gen/ecert/supervision/v1/supervision_service_pb.ts";
import { callerName } from "../../call/chain/caller.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { quarterDays } from "../../domain/quarter.ts";
import { refuseField } from "../../domain/refusal.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { SupervisionContext } from "../context.ts";
import { askedDivision } from "../inspections/asked-division.ts";
import {
  type InspectionDocument,
  inspectionId,
  inspectionUnknown,
  isInspectable,
  snapshotDigest,
} from "../inspections/inspection-record.ts";
import { inspectionView } from "../inspections/inspection-view.ts";
import { takeSnapshot } from "../inspections/take-snapshot.ts";

/** 6.2.6.1: freezes the figures of a quarter, once. Whoever freezes it again gets what was frozen first. */
export function freezeInspection(context: SupervisionContext): Handlers<typeof SupervisionService>["freezeInspection"] {
  const { inspections, runtime } = context;
  return async (request, call) => {
    const { quarter } = request;
    const division = askedDivision(request.division, call, runtime);
    if (!isInspectable(call.reach, division)) throw beyondReach();
    const days = quarterDays(quarter);
    const now = runtime.now();
    if (!days || days.to >= shanghaiDay(now)) throw notOver(quarter);
    const _id = inspectionId(division, quarter);
    const before = await inspections.get(_id);
    if (before) return { inspection: inspectionView(before) };
    const frame = { division, quarter, ...days, frozenAt: now.toISOString(), frozenBy: callerName(call.caller) };
    const snapshot = await takeSnapshot(context, frame);
    const sha256 = snapshotDigest(snapshot);
    const document: InspectionDocument = { _id, revision: 1, division, quarter, snapshot, sha256 };
    await runtime.evidence.append("inspection-frozen", { division, quarter, sha256, by: frame.frozenBy });
    if (await insertNew(inspections, document)) return { inspection: inspectionView(document) };
    // Somebody else was first: that is what was frozen.
    const first = await inspections.get(_id);
    if (!first) throw inspectionUnknown();
    return { inspection: inspectionView(first) };
  };
}

function notOver(quarter: string) {
  const description = `${quarter} is no quarter that is over`;
  const localized = `${quarter}尚未结束或不是季度，请在季度结束后冻结`;
  return refuseField("INVALID_FIELD", "quarter", description, "freeze it when its last day is over", localized);
}

function beyondReach() {
  const localized = "超出本人可检查的行政区划，请选择本级或下级区划";
  return refuseField("INVALID_FIELD", "division", "is beyond your reach", "name your own or one below", localized);
}
