import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Runtime } from "../node/runtime.ts";
import { openAccounts } from "./accounts/account-record.ts";
import type { IdentityContext } from "./context.ts";

/** Opens what the service works with. */
export async function openContext(runtime: Runtime): Promise<IdentityContext> {
  return {
    runtime,
    accounts: await openAccounts(runtime),
    registry: runtime.client(RegistryService, "catalog"),
  };
}
