import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import type { CatalogContext } from "../context.ts";
import { bodyView, countedBodies } from "../issuers/bodies.ts";
import { rightsIn } from "../issuers/rights.ts";
import { DEFAULT_PAGE_SIZE, elementPage } from "../registry/list-pages.ts";

/** 5.8.3: the bodies that the province has confirmed, by code. Refused: `NODE_BEHIND`, so that no register is made of an older copy. */
export function listBodies(context: CatalogContext): Handlers<typeof TermsService>["listBodies"] {
  return async ({ pageSize, pageToken }) => {
    await context.watch.require();
    const { items, next = "" } = await context.owners.query({
      index: "bodies",
      limit: pageSize || DEFAULT_PAGE_SIZE,
      ...(pageToken && { after: pageToken }),
    });
    return { bodies: (await countedBodies(context, items)).map(bodyView), nextPageToken: next };
  };
}

/** 5.6.2: where each department issues which item, by department and item. */
export function listIssuingRights(context: CatalogContext): Handlers<typeof TermsService>["listIssuingRights"] {
  return async (request) => {
    await context.watch.require();
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
    registry.of("department").query(newest),
  ]);
  return sha256Hex(pages.map(({ items: [one] }) => `${one?._id} ${one?.revision} ${one?.changedAt}`).join());
}
