import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { keysIn } from "../issuers/node-keys.ts";
import { elementPage } from "../registry/list-pages.ts";

/** Keys of nodes that the province has listed. */
export function listNodeKeys(context: CatalogContext): Handlers<typeof TermsService>["listNodeKeys"] {
  return async (request) => {
    await context.watch.require();
    const { elements: keys, nextPageToken } = await elementPage(context.nodeKeys, request, keysIn);
    return { keys, nextPageToken };
  };
}
