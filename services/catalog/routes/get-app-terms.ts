import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { appTerms } from "../items/terms.ts";

/** How much an app may ask for, by its record. */
export function getAppTerms(context: CatalogContext): Handlers<typeof TermsService>["getAppTerms"] {
  return ({ appKey }) => appTerms(context, appKey);
}
