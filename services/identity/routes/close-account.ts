import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { accountView } from "../accounts/account-view.ts";
import { reached } from "../accounts/find-account.ts";
import { requireGivable } from "../accounts/giving.ts";
import { keepAccount } from "../accounts/keep-account.ts";
import type { IdentityContext } from "../context.ts";

/** Disables an account, whatever else of it changes meanwhile. */
export function closeAccount(context: IdentityContext): Handlers<typeof AccountService>["closeAccount"] {
  const { config } = context.runtime;
  return async ({ id }, { caller, reach }) => {
    const stored = await keepAccount(context, {
      ...{ id, by: caller, kind: "account-closed" },
      next(old) {
        const account = reached(old, id, reach);
        requireGivable(caller, config.node.code, account.roles);
        return { ...account, disabled: true };
      },
    });
    return { account: accountView(stored) };
  };
}
