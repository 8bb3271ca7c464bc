import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";
import { requireChanges } from "../openings/admit-app.ts";

/** 4.4.4, 6.4.4.4: may this app change the state of what an app has issued for a department? */
export function getChangeTerms(context: CatalogContext): Handlers<typeof TermsService>["getChangeTerms"] {
  return async ({ appKey, issuedBy, issuerCode: department, itemCode, day }) => {
    // In an older copy a delegation that has ended goes on.
    await context.watch.require();
    await requireChanges(context, { app: appKey, issuedBy, department, item: itemCode, day });
    return {};
  };
}
