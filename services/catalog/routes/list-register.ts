import { fromJson } from "@bufbuild/protobuf";
import {
  DepartmentSchema,
  type IssuingOpening,
  IssuingOpeningSchema,
} from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { contentOf } from "../item.ts";
import type { RecordKind } from "../records.ts";
import type { RegistryPast } from "../registry-past.ts";

const DEFAULT_PAGE_SIZE = 50;
/** Published versions of one item that are read at a time. */
const VERSIONS = 100;

/** 5.8.3: departments of every node whose registry is kept here, and the superiors that they had before. */
export function listBodies(context: CatalogContext): Handlers<typeof TermsService>["listBodies"] {
  return async (request) => {
    const { items, next } = await page(context, "department", request);
    const formerSuperiors = items.flatMap(({ node, key: departmentCode, past }) =>
      (past?.superiors ?? []).map(({ code: superiorCode, until }) => ({ node, departmentCode, superiorCode, until })),
    );
    const departments = items.map(({ value }) => fromJson(DepartmentSchema, value));
    return { departments, formerSuperiors, nextPageToken: next ?? "" };
  };
}

/**
 * 6.4.5.1: which department may issue which type since when. An item that named another type in an earlier version gives a
 * right to both: certificates of that version stay what they are. So does one that was put again with a later day, or no longer
 * for units, to what it gave before.
 */
export function listIssuingRights(context: CatalogContext): Handlers<typeof TermsService>["listIssuingRights"] {
  return async (request) => {
    const { items, next } = await page(context, "opening", request);
    const openings = items.map(({ node, value, past }) => ({
      node,
      opening: fromJson(IssuingOpeningSchema, value),
      past,
    }));
    const types = new Map<string, ReadonlySet<string>>();
    for (const { opening } of openings) {
      const { itemCode } = opening;
      if (!types.has(itemCode)) types.set(itemCode, await typesOf(context, itemCode));
    }
    const rights = openings.flatMap(({ node, opening, past }) =>
      [...(types.get(opening.itemCode) ?? [])].flatMap((typeCode) =>
        rightsOf(opening, past).map((right) => ({
          node,
          departmentCode: opening.departmentCode,
          typeCode,
          ...right,
        })),
      ),
    );
    return { rights, nextPageToken: next ?? "" };
  };
}

/** What an opening gives now, and what it gave before. */
function rightsOf({ opensOn, forUnits }: IssuingOpening, past: RegistryPast | undefined) {
  const { since, sinceForUnits } = past?.opened ?? {};
  return [
    { since: opensOn, forUnits },
    ...(since !== undefined && since < opensOn ? [{ since, forUnits: false }] : []),
    ...(sinceForUnits !== undefined && !(forUnits && opensOn <= sinceForUnits)
      ? [{ since: sinceForUnits, forUnits: true }]
      : []),
  ];
}

async function typesOf({ items }: CatalogContext, code: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let after: string | undefined; ; ) {
    const versions = await items.query({
      index: "published",
      equals: [code],
      limit: VERSIONS,
      ...(after !== undefined && { after }),
    });
    for (const version of versions.items) found.add(contentOf(version).typeCode);
    if (versions.next === undefined) return found;
    after = versions.next;
  }
}

function page(
  { registry }: CatalogContext,
  kind: RecordKind,
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
) {
  const limit = pageSize || DEFAULT_PAGE_SIZE;
  return registry.query({ index: "records", equals: [kind], limit, ...(pageToken && { after: pageToken }) });
}
