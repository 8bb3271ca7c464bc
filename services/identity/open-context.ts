import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { Runtime } from "../node/runtime.ts";
import { openSigners } from "../trust/signers.ts";
import { openAccounts } from "./accounts/account-record.ts";
import type { IdentityContext } from "./context.ts";

/** Opens what the service works with. */
export async function openContext(runtime: Runtime): Promise<IdentityContext> {
  const { config, log, now } = runtime;
  const authorities = config.staff?.authorities;
  const unread = (error: unknown) => log.warn({ error: String(error) }, "authorities of staff cannot be read");
  return {
    runtime,
    accounts: await openAccounts(runtime),
    registry: runtime.client(RegistryService, "catalog"),
    staffSigners: authorities && openSigners(authorities, now, unread),
  };
}
