import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { accountView } from "../accounts/account-view.ts";
import { unbind } from "../accounts/unbind.ts";
import type { IdentityContext } from "../context.ts";

/** 5.9.4: who has lost a key takes it from the own account. */
export function unbindOwnCertificate(
  context: IdentityContext,
): Handlers<typeof AccountService>["unbindOwnCertificate"] {
  return async ({ fingerprint }, call) => {
    const { account: id } = call.caller as StaffActor;
    return { account: accountView(await unbind(context, { id, fingerprint }, call)) };
  };
}
