import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { pause } from "../base/pause.ts";
import { createAttemptLimit } from "../call/chain/attempt-limit.ts";
import type { Runtime } from "../node/runtime.ts";
import { openSigners } from "../trust/signers.ts";
import { openAccounts } from "./accounts/account-record.ts";
import type { IdentityContext } from "./context.ts";
import { openPasswordRoom } from "./passwords/passwords.ts";
import { openSignInCodes } from "./sessions/code-record.ts";
import { openSessions } from "./sessions/session-record.ts";

/** Opens what the service works with. */
export async function openContext(runtime: Runtime): Promise<IdentityContext> {
  const { config, log, now, monotonic, signal } = runtime;
  const { signers } = config;
  const authorities = config.staff?.authorities;
  const unread = (error: unknown) =>
    log.warn({ error: String(error) }, "authorities of staff or signers cannot be read");
  return {
    runtime,
    accounts: await openAccounts(runtime),
    sessions: await openSessions(runtime),
    codes: await openSignInCodes(runtime),
    registry: runtime.client(RegistryService, "catalog"),
    staffSigners: authorities && openSigners(authorities, now, unread),
    institutions: signers && openSigners(signers, now, unread),
    attempts: createAttemptLimit(monotonic, (ms) => pause(ms, signal)),
    passwords: await openPasswordRoom(runtime),
  };
}
