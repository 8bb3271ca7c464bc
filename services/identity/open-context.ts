import { FormerAppsService } from "../../proto/gen/ecert/catalog/v1/former_apps_service_pb.ts";
import { RegistryService } from "../../proto/gen/ecert/catalog/v1/registry_service_pb.ts";
import { pause } from "../base/pause.ts";
import { createAttemptLimit } from "../call/chain/attempt-limit.ts";
import type { HasPending } from "../event/pending-events.ts";
import { startRefusalTally } from "../node/refusal-tally.ts";
import type { Runtime } from "../node/runtime.ts";
import { openSigners } from "../trust/signers.ts";
import { openAccounts } from "./accounts/account-record.ts";
import { APPS } from "./apps/app-record.ts";
import { openApps } from "./apps/open-apps.ts";
import { openCarryOver } from "./carry/carry-over.ts";
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
  const apps = await openApps(runtime);
  return {
    runtime,
    accounts: await openAccounts(runtime),
    sessions: await openSessions(runtime),
    codes: await openSignInCodes(runtime),
    registry: runtime.client(RegistryService, "catalog"),
    staffSigners: authorities && openSigners(authorities, now, unread),
    institutions: signers && openSigners(signers, now, unread),
    attempts: createAttemptLimit(monotonic, (ms) => pause(ms, signal)),
    refusedSignIns: startRefusalTally(runtime, { kind: "sign-in-refused", member: "fault", most: 200 }),
    passwords: await openPasswordRoom(runtime),
    apps,
    carryOver: await openCarryOver(apps, runtime.client(FormerAppsService, "catalog")),
    // As they are stored: the outbox reads pending events whatever else is wrong with a document.
    outbox: [{ source: APPS.name, collection: await runtime.store.collection<HasPending>(APPS) }],
  };
}
