import type { SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireAccount } from "../accounts/find-account.ts";
import type { IdentityContext } from "../context.ts";
import { endSessionsOf } from "../sessions/sessions.ts";

/** Ends all sessions of an account within reach. */
export function endSessions(context: IdentityContext): Handlers<typeof SessionService>["endSessions"] {
  return async ({ id }, { reach }) => {
    await requireAccount(context, id, reach);
    return { ended: await endSessionsOf(context, id, "administrator") };
  };
}
