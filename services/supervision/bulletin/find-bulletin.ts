import type { CallContext } from "../../call/chain/service.ts";
import type { SupervisionContext } from "../context.ts";
import { askedDivision } from "../inspections/asked-division.ts";
import { inspectionId, isInspectable } from "../inspections/inspection-record.ts";
import { type BulletinDocument, bulletinUnknown } from "./bulletin-record.ts";

/** A bulletin within the reach of whoever asks. Throws `BULLETIN_UNKNOWN`. */
export async function findBulletin(
  { bulletins, runtime }: SupervisionContext,
  asked: { division: string; quarter: string },
  call: Pick<CallContext, "caller" | "reach">,
): Promise<BulletinDocument> {
  const division = askedDivision(asked.division, call, runtime);
  const found = isInspectable(call.reach, division)
    ? await bulletins.get(inspectionId(division, asked.quarter))
    : undefined;
  if (!found) throw bulletinUnknown();
  return found;
}
