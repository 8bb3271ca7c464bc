import { Refusal } from "../../domain/refusal.ts";
import type { GovernanceContext } from "../context.ts";
import type { DivisionDocument } from "./division-record.ts";
import { divisionView } from "./division-view.ts";

/** The division of a code, as it was on a day. Refuses (`DIVISION_UNKNOWN`) what was not there; metadata tell the end of what has ended. */
export async function requireDivision(
  { divisions }: Pick<GovernanceContext, "divisions">,
  code: string,
  day: string,
  field = "code",
): Promise<{ document: DivisionDocument; name: string }> {
  const document = await divisions.get(spelled(code));
  const view = document && divisionView(document, day);
  if (document && view) return { document, name: view.name };
  const last = document?.periods.at(-1);
  const ended = last !== undefined && last.until !== "" && last.until < day;
  const metadata = { code, day, ...(ended && { until: last.until, successor: last.successor }) };
  const description = ended ? `division ${code} ended on ${last.until}` : `no division ${code} on ${day}`;
  const takes = ended && last.successor !== "" ? `take ${last.successor}` : "see ListDivisions";
  const localized = ended
    ? `行政区划${code}已于${last.until}撤销${last.successor === "" ? "" : `，由${last.successor}承接`}`
    : `没有行政区划${code}，请从列表（ListDivisions）中选取`;
  const fields = [{ field, description, remedy: takes, localized }];
  throw new Refusal("DIVISION_UNKNOWN", `${field}: ${description}`, { fields, metadata });
}

/** A code as divisions are kept: `440100000000` and `440100` are one. */
function spelled(code: string): string {
  return code.length > 6 ? code.replace(/^(\d{6}?)(?:000){1,2}$/, "$1").replace(/^(\d{9})000$/, "$1") : code;
}
