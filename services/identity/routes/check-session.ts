import type { SessionService } from "../../../proto/gen/ecert/identity/v1/session_service_pb.ts";
import { CONTRACT_ROLES } from "../../call/chain/permission.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import { liveSession } from "../sessions/sessions.ts";

/** Tells a process of the node who stands behind a cookie. */
export function checkSession(context: IdentityContext): Handlers<typeof SessionService>["checkSession"] {
  return async ({ digest }) => {
    const { account } = await liveSession(context, digest);
    const { _id: id, name, department: departmentCode, division, roles } = account;
    return { account: id, name, departmentCode, division, roles: roles.map((role) => CONTRACT_ROLES[role]) };
  };
}
