import { several } from "../../base/several.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { compareAndSet } from "../../store/compare-and-set.ts";
import type { GovernanceContext } from "../context.ts";
import type { PlannedDivision, WantedDivisions } from "./plan-divisions.ts";

const AT_ONCE = 8;
/** New divisions that are stored by one command. */
const INSERTED_AT_ONCE = 500;

/**
 * Stores what was planned, evidence first. Refuses (`REVISION_CONFLICT`) where others put one of the divisions meanwhile; what was stored until then
 * stays, and the same list goes on from there.
 */
export async function keepDivisions(
  { divisions, runtime }: GovernanceContext,
  { source, sourceDate, rows }: Pick<WantedDivisions, "source" | "sourceDate" | "rows">,
  planned: readonly PlannedDivision[],
  by: string,
): Promise<void> {
  if (planned.length === 0) return;
  const counts = Object.fromEntries(
    (["added", "renamed", "ended", "mended"] as const).map((outcome) => [
      outcome,
      planned.filter((one) => one.outcome === outcome).length,
    ]),
  );
  const sha256 = sha256Hex(Buffer.from(JSON.stringify(rows)));
  await runtime.evidence.append("divisions-put", { source, sourceDate, sha256, ...counts, by });
  const fresh = planned.filter(({ before }) => !before).map(({ after }) => after);
  for (let at = 0; at < fresh.length; at += INSERTED_AT_ONCE) {
    const taken = await divisions.insertMany(fresh.slice(at, at + INSERTED_AT_ONCE));
    if (taken.some((one) => one !== undefined)) throw overtaken();
  }
  const changed = planned.filter(({ before }) => before);
  await several(changed, AT_ONCE, async ({ before, after }) => {
    if (!(await compareAndSet(divisions, before, after))) throw overtaken();
  });
}

function overtaken(): Refusal {
  return new Refusal("REVISION_CONFLICT", "divisions are being put by others; put the list again");
}
