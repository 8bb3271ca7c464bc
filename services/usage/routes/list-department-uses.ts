import type { ListDepartmentUsesRequest, UsageService } from "../../../proto/gen/ecert/usage/v1/usage_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { maskCode } from "../../domain/mask.ts";
import { Refusal } from "../../domain/refusal.ts";
import { fittingPart, holdsPart } from "../../store/fitting-page.ts";
import type { UsageContext } from "../context.ts";
import { askedUses } from "../uses/asked-uses.ts";
import type { UseDocument } from "../uses/holder-uses.ts";

const DEFAULT_PAGE_SIZE = 50;

/** 5.9.5: what the caller's department has used at this node, for whom and why. */
export function listDepartmentUses({ uses }: UsageContext): Handlers<typeof UsageService>["listDepartmentUses"] {
  return async (request, { reach }) => {
    const { pageSize, pageToken } = request;
    if (reach.kind !== "department") throw new Refusal("INTERNAL", "uses are a department's");
    const { department } = reach;
    const asked = askedUses(request);
    const ask = async (part: { limit: number; after?: string }) => {
      const { items, ...page } = await uses.byDepartment(department, { ...asked, ...part });
      return { ...page, items: items.filter((use) => isWanted(use, request)) };
    };
    const wanted = { limit: pageSize || DEFAULT_PAGE_SIZE, ...(pageToken !== "" && { after: pageToken }) };
    const narrows = request.action !== "" || request.search !== "";
    const { items, next = "" } = narrows ? await fittingPart(ask, wanted) : await ask(wanted);
    return { uses: items.map(message), nextPageToken: next };
  };
}

function isWanted(use: UseDocument, { action, search }: ListDepartmentUsesRequest): boolean {
  const { operator = "", matter, names, purpose, business = "", identifier = "" } = use;
  // A use at another node stands in the list of that one.
  if (use.node !== undefined) return false;
  if (action !== "" && use.action !== action) return false;
  return holdsPart(search, [operator, matter, names?.matter ?? "", purpose, business, identifier]);
}

function message(use: UseDocument) {
  const { _id, at, action, matter, purpose, business = "", identifier = "", items, fields = [] } = use;
  return {
    ...{ id: _id, at, action, matterCode: matter, matterName: use.names?.matter ?? "", purpose, businessId: business },
    maskedHolderCode: maskCode(use.holder.slice(use.holder.indexOf(":") + 1)),
    ...{ identifier, itemCodes: [...items], fields: [...fields] },
    ...{ operator: use.operator ?? "", operatorProof: use.operatorProof ?? "", useCopy: use.copy !== undefined },
  };
}
