import type { Client } from "@connectrpc/connect";
import type { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import type { AttemptLimit } from "../call/chain/attempt-limit.ts";
import type { GuardedCollection } from "../event/guarded-collection.ts";
import type { Runtime } from "../node/runtime.ts";
import type { Signers } from "../trust/signers.ts";
import type { AccountDocument } from "./accounts/account-record.ts";

/** What every route of the identity service works with. */
export interface IdentityContext {
  runtime: Runtime;
  accounts: GuardedCollection<AccountDocument>;
  /** Departments of this node. */
  registry: Client<typeof RegistryService>;
  /** Authorities of the certificates of staff; absent where the configuration names none. */
  staffSigners: Signers | undefined;
  /** Authorities of departments' certificates, institution certificates among them; absent where the configuration names none. */
  institutions: Signers | undefined;
  /** Statements of institution certificates (5.8.3), which anybody may send. */
  attempts: AttemptLimit;
}
