import type { SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { ownAccountOf } from "../../call/chain/own-account.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import { endSession } from "../sessions/sessions.ts";

/** Ends a session of the caller's own account; of all others it says nothing. */
export function endOwnSession(context: IdentityContext): Handlers<typeof SessionService>["endOwnSession"] {
  return async ({ id }, { reach }) => {
    const session = await context.sessions.get(id);
    if (session?.account === ownAccountOf(reach)) await endSession(context, session, "owner");
    return {};
  };
}
