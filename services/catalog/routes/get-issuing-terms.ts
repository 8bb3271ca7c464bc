import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { issuingTerms } from "../items/terms.ts";

/** 4.4.1, 6.4.5.1: may this app issue this item for this department today, and on which terms? */
export function getIssuingTerms(context: CatalogContext): Handlers<typeof TermsService>["getIssuingTerms"] {
  return async (request) => {
    // In an older copy a seal that was unbound is not, and an opening that was closed is open.
    await context.watch.require();
    const { appKey, itemCode, issuerCode, day } = request;
    const question = [appKey, itemCode, issuerCode, day];
    const terms = await context.given.issuing.of(question, () => issuingTerms(context, request));
    if (request.knownVersion !== terms.item.version) return terms;
    const { content: _known, ...item } = terms.item;
    return { ...terms, item };
  };
}
