import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";

/** Whether this catalog is an older copy of itself, as far as it has been compared. */
export function getCatalogStanding({ watch }: CatalogContext): Handlers<typeof TermsService>["getCatalogStanding"] {
  return async () => ({ behind: watch.isBehind() });
}
