import type { AccountService } from "../../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { refuseField } from "../../domain/refusal.ts";
import { isWithin } from "../accounts/account-record.ts";
import { accountView } from "../accounts/account-view.ts";
import type { IdentityContext } from "../context.ts";

/** Reads an account; one beyond reach is answered as one that does not exist. */
export function getAccount({ accounts }: IdentityContext): Handlers<typeof AccountService>["getAccount"] {
  return async ({ id }, { reach }) => {
    const account = await accounts.get(id);
    if (!account || !isWithin(reach, account)) {
      const localized = `没有账户${id}，请从列表（ListAccounts）中选取`;
      throw refuseField("ACCOUNT_UNKNOWN", "id", `no account ${id}`, "see ListAccounts", localized);
    }
    return { account: accountView(account) };
  };
}
