import type { Account } from "../../../proto/gen/ecert/identity/v1/account_pb.ts";
import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { accountTerms, departmentsFor } from "../accounts/account-terms.ts";
import { accountView } from "../accounts/account-view.ts";
import { keepAccount } from "../accounts/keep-account.ts";
import type { IdentityContext } from "../context.ts";

/** 6.2.4.1: opens an account of a member of staff, or changes it. */
export function putAccount(context: IdentityContext): Handlers<typeof AccountService>["putAccount"] {
  return async ({ account }, call) => {
    const given = account as Account;
    const { after } = await accountTerms(context, given, call, departmentsFor(context, call));
    const stored = await keepAccount(context, { id: given.id, by: call.caller, kind: "account-put", next: after });
    return { account: accountView(stored) };
  };
}
