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

const DEFAULT_PAGE_SIZE = 50;
/** Published versions of one item that are looked at: all of them, in practice. */
const VERSIONS = 1000;

/** 5.8.3: departments of every node whose registry is kept here. */
export function listBodies(context: CatalogContext): Handlers<typeof TermsService>["listBodies"] {
  return async (request) => {
    const { items, next } = await page(context, "department", request);
    return { departments: items.map(({ value }) => fromJson(DepartmentSchema, value)), nextPageToken: next ?? "" };
  };
}

/**
 * 6.4.5.1: which department may issue which type since when. An item that named another type in an earlier version gives a
 * right to both: certificates of that version stay what they are.
 */
export function listIssuingRights(context: CatalogContext): Handlers<typeof TermsService>["listIssuingRights"] {
  return async (request) => {
    const { items, next } = await page(context, "opening", request);
    const openings = items.map(({ node, value }) => ({ node, opening: fromJson(IssuingOpeningSchema, value) }));
    const types = new Map<string, ReadonlySet<string>>();
    for (const { opening } of openings) {
      const { itemCode } = opening;
      if (!types.has(itemCode)) types.set(itemCode, await typesOf(context, itemCode));
    }
    const rights = openings.flatMap(({ node, opening }) =>
      [...(types.get(opening.itemCode) ?? [])].map((typeCode) => rightOf(node, opening, typeCode)),
    );
    return { rights, nextPageToken: next ?? "" };
  };
}

function rightOf(node: string, { departmentCode, opensOn: since, forUnits }: IssuingOpening, typeCode: string) {
  return { node, departmentCode, typeCode, since, forUnits };
}

async function typesOf({ items }: CatalogContext, code: string): Promise<ReadonlySet<string>> {
  const versions = await items.query({ index: "published", equals: [code], limit: VERSIONS });
  return new Set(versions.items.map((version) => contentOf(version).typeCode));
}

function page(
  { registry }: CatalogContext,
  kind: RecordKind,
  { pageSize, pageToken }: { pageSize: number; pageToken: string },
) {
  const limit = pageSize || DEFAULT_PAGE_SIZE;
  return registry.query({ index: "records", equals: [kind], limit, ...(pageToken && { after: pageToken }) });
}
