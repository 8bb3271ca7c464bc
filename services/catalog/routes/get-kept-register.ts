import type { RegistryRecoveryService } from "../../../proto/gen/ecert/catalog/v1/registry_recovery_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { CatalogContext } from "../context.ts";

/** The register of issuers that this node judges by, without asking the province for another one. */
export function getKeptRegister(context: CatalogContext): Handlers<typeof RegistryRecoveryService>["getKeptRegister"] {
  return async () => ({ register: Buffer.from((await context.register.kept())?.bytes ?? []) });
}
