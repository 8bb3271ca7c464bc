import type { SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { ownAccountOf } from "../../call/chain/own-account.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import { ownSessionOf } from "../sessions/own-session.ts";
import { endOf } from "../sessions/session-record.ts";
import { sessionView } from "../sessions/session-view.ts";
import { sessionsOf, staffOf } from "../sessions/sessions.ts";

/** Lists the living sessions of the caller's own account. */
export function listOwnSessions(context: IdentityContext): Handlers<typeof SessionService>["listOwnSessions"] {
  return async (_request, { caller, reach }) => {
    const staff = staffOf(context);
    const now = context.runtime.now();
    const found = await sessionsOf(context, ownAccountOf(reach));
    const living = found.filter((session) => endOf(session, staff) > now);
    return { sessions: living.map((session) => sessionView(session, ownSessionOf(caller))) };
  };
}
