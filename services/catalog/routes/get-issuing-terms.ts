import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../runtime/service.ts";
import type { CatalogContext } from "../context.ts";
import { issuingTerms } from "../terms.ts";

/** 4.4.1, 6.4.5.1: may this app issue this item for this department today, and on which terms? */
export function getIssuingTerms(context: CatalogContext): Handlers<typeof TermsService>["getIssuingTerms"] {
  return async (request) => {
    const terms = await issuingTerms(context, request);
    if (request.knownVersion !== terms.item.version) return terms;
    const { content: _known, ...item } = terms.item;
    return { ...terms, item };
  };
}
