import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { usageTerms } from "../items/terms.ts";

/** 6.4.6.1: may this app use certificates for this matter today, and what of them? */
export function getUsageTerms(context: CatalogContext): Handlers<typeof TermsService>["getUsageTerms"] {
  return (request) => {
    const { appKey, matterCode, day } = request;
    return context.given.usage.of([appKey, matterCode, day], () => usageTerms(context, request));
  };
}
