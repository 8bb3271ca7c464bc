import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { elementPage } from "../list-pages.ts";
import { keysIn } from "../node-keys.ts";

/** Keys of nodes that the province has listed. */
export function listNodeKeys({ nodeKeys }: CatalogContext): Handlers<typeof TermsService>["listNodeKeys"] {
  return async (request) => {
    const { elements: keys, nextPageToken } = await elementPage(nodeKeys, request, keysIn);
    return { keys, nextPageToken };
  };
}
