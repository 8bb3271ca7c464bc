import type { DivisionService } from "../../../proto/gen/ecert/governance/v1/division_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { periodOn } from "../../domain/division-history.ts";
import { fittingPage, holdsPart } from "../../store/fitting-page.ts";
import type { GovernanceContext } from "../context.ts";
import type { DivisionDocument } from "../divisions/division-record.ts";
import { dayOf, divisionView } from "../divisions/division-view.ts";

const PAGE_SIZE = 100;

/** Lists divisions as they were on a day, or those whose code or name held a text. */
export function listDivisions({
  divisions,
  runtime,
}: GovernanceContext): Handlers<typeof DivisionService>["listDivisions"] {
  return async ({ parentCode, day, pageSize, pageToken, search }) => {
    const asked = dayOf(day, runtime.now());
    const below = parentCode === "" ? { index: "all" } : { index: "parents", equals: [parentCode] };
    const query = { ...below, limit: pageSize || PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
    const isNamed = ({ code, periods }: DivisionDocument) =>
      holdsPart(search, [code, periodOn(periods, asked)?.name ?? ""]);
    const { items, next } = search === "" ? await divisions.query(query) : await fittingPage(divisions, query, isNamed);
    return { divisions: items.flatMap((one) => divisionView(one, asked) ?? []), nextPageToken: next ?? "" };
  };
}
