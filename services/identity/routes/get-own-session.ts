import type { SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { CONTRACT_ROLES } from "../../call/chain/permission.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import { ownSessionOf } from "../sessions/own-session.ts";
import { sessionView } from "../sessions/session-view.ts";
import { liveSession } from "../sessions/sessions.ts";

/** Tells who calls, as it is now. */
export function getOwnSession(context: IdentityContext): Handlers<typeof SessionService>["getOwnSession"] {
  return async (_request, { caller }) => {
    const own = ownSessionOf(caller);
    const { session, account } = await liveSession(context, own);
    const { _id: id, name, department: departmentCode, division, roles } = account;
    const contractRoles = roles.map((role) => CONTRACT_ROLES[role]);
    return { account: id, name, departmentCode, division, roles: contractRoles, session: sessionView(session, own) };
  };
}
