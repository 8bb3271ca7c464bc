import { fromJson } from "@bufbuild/protobuf";
import { DepartmentSchema } from "../../../proto/gen/ecert/catalog/v1/registry_pb.ts";
import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { Handlers } from "../../runtime/service.ts";
import { bodyView, countedBodies } from "../bodies.ts";
import type { CatalogContext } from "../context.ts";
import { DEFAULT_PAGE_SIZE, elementPage, type PageRequest } from "../list-pages.ts";
import { rightsIn } from "../rights.ts";

/** Tokens of pages of departments begin with it; those of bodies, which come behind, do not. */
const DEPARTMENTS = "d.";
const BODIES = "b.";

/** 5.8.3: departments of every node whose registry is kept here, then the bodies that the province has confirmed. */
export function listBodies(context: CatalogContext): Handlers<typeof TermsService>["listBodies"] {
  return async ({ pageSize, pageToken }) => {
    if (pageToken.startsWith(BODIES))
      return bodiesPage(context, { pageSize, pageToken: pageToken.slice(BODIES.length) });
    const { items, next } = await context.registry.query({
      index: "records",
      equals: ["department"],
      limit: pageSize || DEFAULT_PAGE_SIZE,
      ...(pageToken && { after: pageToken.slice(DEPARTMENTS.length) }),
    });
    const formerSuperiors = items.flatMap(({ node, key: departmentCode, past }) =>
      (past?.superiors ?? []).map(({ code: superiorCode, until }) => ({ node, departmentCode, superiorCode, until })),
    );
    const departments = items.map(({ value }) => fromJson(DepartmentSchema, value));
    return { departments, formerSuperiors, nextPageToken: next === undefined ? BODIES : `${DEPARTMENTS}${next}` };
  };
}

async function bodiesPage(context: CatalogContext, { pageSize, pageToken }: PageRequest) {
  const { items, next } = await context.owners.query({
    index: "bodies",
    limit: pageSize || DEFAULT_PAGE_SIZE,
    ...(pageToken && { after: pageToken }),
  });
  const bodies = (await countedBodies(context, items)).map(bodyView);
  return { bodies, nextPageToken: next === undefined ? "" : `${BODIES}${next}` };
}

/** 5.6.2: where each department issues which item, by department and item. */
export function listIssuingRights(context: CatalogContext): Handlers<typeof TermsService>["listIssuingRights"] {
  return async (request) => {
    const mark = await registerMark(context);
    const { elements, nextPageToken } = await elementPage(context.rights, request, rightsIn);
    return { rights: elements, nextPageToken, mark };
  };
}

/** What changed last of all that the register is made of. A clock that was set back may hide a change until the next one. */
async function registerMark({ owners, rights, registry }: CatalogContext): Promise<string> {
  const newest = { index: "changed", descending: true, limit: 1 } as const;
  const pages = await Promise.all([
    owners.query(newest),
    rights.query(newest),
    registry.query({ ...newest, equals: ["department"] }),
  ]);
  return sha256Hex(pages.map(({ items: [one] }) => `${one?._id} ${one?.revision} ${one?.changedAt}`).join());
}
