import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { accountView } from "../accounts/account-view.ts";
import { unbind } from "../accounts/unbind.ts";
import type { IdentityContext } from "../context.ts";

/** 5.9.4: unbinds a lost certificate. Whoever administers the account's department may, whatever its roles are: it can be bound again. */
export function unbindCertificate(context: IdentityContext): Handlers<typeof AccountService>["unbindCertificate"] {
  return async (request, call) => ({ account: accountView(await unbind(context, request, call)) });
}
