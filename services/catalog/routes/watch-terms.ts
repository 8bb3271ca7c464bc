import type { TermsService } from "../../../proto/gen/ecert/catalog/v1/terms_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { tellMark } from "../../node/marks/tell-mark.ts";
import type { CatalogContext } from "../context.ts";

/** Tells the mark under which terms are given; waits for another one, if asked to. */
export function watchTerms({ watch, given, runtime }: CatalogContext): Handlers<typeof TermsService>["watchTerms"] {
  return async (question, call) => {
    // Of an older copy nothing is kept, for its terms are refused.
    await watch.require();
    return tellMark({ told: given.told, mark: given.mark, ended: runtime.signal }, question, call);
  };
}
