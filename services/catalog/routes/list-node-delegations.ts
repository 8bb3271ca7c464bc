import type { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { recordsOf } from "../../registry/recovery/listed-records.ts";
import { shownTo } from "../../registry/recovery/shown-to.ts";
import type { CatalogContext } from "../context.ts";
import { delegationRecordOf } from "../openings/delegation-terms.ts";

/** Lists the delegations of a node, by key. */
export function listNodeDelegations(
  context: CatalogContext,
): Handlers<typeof RegistryRecoveryService>["listNodeDelegations"] {
  return async (request, call) => {
    const { delegations } = context;
    const { records, nextPageToken } = await recordsOf(
      delegations,
      shownTo(context, call.caller),
      request,
      delegationRecordOf,
    );
    return { delegations: records, nextPageToken };
  };
}
