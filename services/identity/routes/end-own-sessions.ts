import type { SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { ownAccountOf } from "../../call/chain/own-account.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import { ownSessionOf } from "../sessions/own-session.ts";
import { endSessionsOf } from "../sessions/sessions.ts";

/** Signs the caller out everywhere, or everywhere else. */
export function endOwnSessions(context: IdentityContext): Handlers<typeof SessionService>["endOwnSessions"] {
  return async ({ keepThis }, { caller, reach }) => {
    const but = keepThis ? ownSessionOf(caller) : undefined;
    return { ended: await endSessionsOf(context, ownAccountOf(reach), "owner", but) };
  };
}
