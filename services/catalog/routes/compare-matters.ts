import type { MatterService } from "../../../proto/gen/ecert/catalog/v1/matter_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireReach } from "../../registry/reach.ts";
import { holdsPart } from "../../store/fitting-page.ts";
import { narrowedPart } from "../../store/ordered-page.ts";
import type { CatalogContext } from "../context.ts";
import { differencesOf, type MatterDiffers } from "../matters/differences.ts";
import { mattersWithin } from "../matters/matters-within.ts";

const KEYS: Readonly<Record<string, (one: MatterDiffers) => string>> = {
  name: ({ matter }) => matter.name,
  code: ({ matter }) => matter.code,
  department_code: ({ matter }) => matter.departmentCode,
};

/** 6.2.2.2, 6.3.1.2, 6.4.4.2: lists how matters within reach differ from the province's directory and from the catalog. */
export function compareMatters(context: CatalogContext): Handlers<typeof MatterService>["compareMatters"] {
  return async ({ departmentCode, search, orderBy, pageSize, pageToken }, { reach }) => {
    await requireReach(context, reach, "department_code", [departmentCode || undefined]);
    const ask = async ({ limit, after: token = "" }: { limit: number; after?: string }) => {
      const page = await mattersWithin(context, { reach, departmentCode, itemCode: "", limit, token });
      const found = await differencesOf(context, page.items);
      return { ...page, items: found.filter((one) => isWanted(one, search)) };
    };
    const wanted = { limit: pageSize || 50, after: pageToken };
    const { items, next = "" } = await narrowedPart(ask, wanted, { search, orderBy, keys: KEYS, idOf });
    return { differences: items.map(({ difference }) => difference), nextPageToken: next };
  };
}

const idOf = ({ matter, difference: { kind, expectedCode } }: MatterDiffers) =>
  [matter.node, matter.code, kind, expectedCode].join(" ");

function isWanted({ matter, difference }: MatterDiffers, search: string): boolean {
  const { expectedCode = "", expected = "", found = "" } = difference;
  return holdsPart(search, [matter.code, matter.name, expectedCode, expected, found]);
}
