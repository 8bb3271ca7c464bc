import type { FindMattersRequest, MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import { type Matter, MatterSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { shanghaiDay } from "../../domain/civil-date.ts";
import { hasEnded, isOnPortal } from "../../domain/matter.ts";
import { requireDay } from "../../registry/codes.ts";
import { requireReach } from "../../registry/reach.ts";
import { storedValue } from "../../registry/stored-value.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { orderedPart } from "../../store/ordered-page.ts";
import type { CatalogContext } from "../context.ts";
import { codeOrderOf, mattersWithin } from "../matters/matters-within.ts";

const KEYS: Readonly<Record<string, (one: Matter) => string>> = {
  name: ({ name }) => name,
  code: ({ code }) => code,
  department_code: ({ departmentCode }) => departmentCode,
  ended_on: ({ endedOn }) => endedOn,
};

/** 6.2.2.2, 3.8: finds matters within reach. */
export function findMatters(context: CatalogContext): Handlers<typeof MatterService>["findMatters"] {
  return async (request, { reach }) => {
    const { departmentCode, itemCode, portalOn, pageSize, pageToken, orderBy } = request;
    if (portalOn) requireDay("portal_on", portalOn);
    await requireReach(context, reach, "department_code", [departmentCode || undefined]);
    const today = shanghaiDay(context.runtime.now());
    const search = { reach, departmentCode, itemCode };
    const [by, descending] = [orderBy.replace("-", ""), orderBy.startsWith("-")];
    // Where somebody looks for something besides, all of it is looked through for a page that is full.
    const byCode = by === "code" && !narrows(request) ? codeOrderOf(context, search) : undefined;
    const ask = async ({ limit, after: token = "" }: { limit: number; after?: string }) => {
      const found = byCode?.({ limit, token, descending }) ?? mattersWithin(context, { ...search, limit, token });
      const { items, ...page } = await found;
      const matters = items.map(({ value }) => storedValue(MatterSchema, value));
      return { ...page, items: matters.filter((matter) => isWanted(matter, request, today)) };
    };
    const order = { orderBy, keys: KEYS, idOf: ({ node, code }: Matter) => `${node} ${code}` };
    const wanted = { limit: pageSize || 50, after: pageToken };
    const isSorted = narrows(request) || (orderBy !== "" && !byCode);
    const { items, next = "" } = isSorted ? await orderedPart(ask, wanted, order) : await ask(wanted);
    return { matters: items, nextPageToken: next };
  };
}

type Wanted = Pick<FindMattersRequest, "portalOn" | "search" | "using" | "issuing">;

const narrows = ({ search, using, issuing }: Wanted) => search !== "" || using || issuing;

function isWanted(matter: Matter, { portalOn, search, using, issuing }: Wanted, today: string): boolean {
  if (portalOn && !isOnPortal(matter, portalOn)) return false;
  if (using && matter.items.length === 0) return false;
  if (issuing && (matter.issuedItems.length === 0 || hasEnded(matter, today))) return false;
  return holdsPart(search, [matter.code, matter.name]);
}
