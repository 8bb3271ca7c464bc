import type { HandInService } from "../../../proto/gen/ecert/governance/v1/hand_in_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { isWithinReach } from "../../domain/permit.ts";
import { foreignPageToken, refuseField } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import { handInId } from "../hand-ins/hand-in-record.ts";
import { handInKindOf, handInView } from "../hand-ins/hand-in-view.ts";
import { newestHandIn } from "../hand-ins/keep-hand-in.ts";

const PAGE_SIZE = 100;

/** Reads rows of a list; one beyond reach is answered as one that does not exist. */
export function listHandedIn(context: GovernanceContext): Handlers<typeof HandInService>["listHandedIn"] {
  return async ({ departmentCode, kind: asked, version, pageSize, pageToken }, { reach }) => {
    const kind = handInKindOf(asked);
    const newest = () => newestHandIn(context, departmentCode, kind);
    const named = pageToken === "" ? version : Number(pageToken.split("-")[0]);
    const found = named === 0 ? await newest() : await context.handIns.get(handInId(departmentCode, kind, named));
    if (!found || !isWithinReach(reach, found)) {
      const localized = "没有该清单，请从列表（ListHandIns）中选取";
      throw refuseField("CASE_UNKNOWN", "department_code", "no such list", "see ListHandIns", localized);
    }
    const from = pageToken === "" ? 0 : placeOf(pageToken, found.rows.length);
    const to = from + (pageSize || PAGE_SIZE);
    const rows = found.rows.slice(from, to).map(({ row, cells }) => ({ row, cells: { ...cells } }));
    // Pages stay with the version that they began with.
    const nextPageToken = to < found.rows.length ? `${found.version}-${to}` : "";
    return { handIn: handInView(found), rows, nextPageToken };
  };
}

function placeOf(token: string, rows: number): number {
  const place = /^\d{1,9}-(\d{1,9})$/.exec(token)?.[1];
  if (place === undefined || Number(place) >= rows) throw foreignPageToken();
  return Number(place);
}
