import { readFileSync } from "node:fs";
import { addDays, shanghaiDay } from "../../services/domain/civil-date.ts";
import { Refusal } from "../../services/domain/refusal.ts";
import { readOfficerList } from "../../services/trust/officers/officer-list.ts";
import type { Policy } from "../policy.ts";
import { SOON_DAYS } from "../seal-terms.ts";
import type { CheckList } from "./check.ts";

/** Whether each department's list of officers could be taken; whether it is older than one that was, the agent itself tells. */
export async function checkOfficers(
  list: CheckList,
  policy: Pick<Policy, "officers"> | undefined,
  node: string,
  now: Date,
): Promise<void> {
  for (const [department, { listFile, key }] of policy?.officers ?? []) {
    const remedy = "put the list there that the department has signed (ecert officers)";
    await list.attempt(`officers of ${department}`, remedy, async () => {
      const { version, until, from, officers, ...whose } = readOfficerList(readFileSync(listFile, "utf8"), key);
      if (whose.department !== department || whose.node !== node)
        throw new Refusal("INVALID_FIELD", `${listFile} is of ${whose.department} at node ${whose.node}`);
      const detail = `version ${version}, ${officers.length} officer(s), ${from} to ${until}`;
      const day = shanghaiDay(now);
      if (day < from || day > until) throw new Refusal("INVALID_FIELD", `${detail}: not in force today`);
      return until < addDays(day, SOON_DAYS) ? { outcome: "warn", detail, remedy } : { outcome: "ok", detail };
    });
  }
}
