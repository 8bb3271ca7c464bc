import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { accountView } from "../accounts/account-view.ts";
import { requireAccount } from "../accounts/find-account.ts";
import type { IdentityContext } from "../context.ts";

/** Reads an account; one beyond reach is answered as one that does not exist. */
export function getAccount(context: IdentityContext): Handlers<typeof AccountService>["getAccount"] {
  return async ({ id }, { reach }) => ({ account: accountView(await requireAccount(context, id, reach)) });
}
