import type { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { recordsOf } from "../../registry/recovery/listed-records.ts";
import { shownTo } from "../../registry/recovery/shown-to.ts";
import type { CatalogContext } from "../context.ts";
import { recordOf } from "../registry/registry-record.ts";

/** Lists the registry records of a node, by kind and key. */
export function listNodeRecords(context: CatalogContext): Handlers<typeof RegistryRecoveryService>["listNodeRecords"] {
  return (request, call) => recordsOf(context, shownTo(context, call.caller), request, recordOf);
}
