import { AccountService } from "../../proto/gen/ecert/identity/v1/account_service_pb.ts";
import { type MountedService, mount } from "../call/chain/service.ts";
import type { IdentityContext } from "./context.ts";
import { getAccount } from "./routes/get-account.ts";
import { listAccounts } from "./routes/list-accounts.ts";
import { putAccount } from "./routes/put-account.ts";

/** What the identity service serves: to administrators and operators, to staff who sign in, to the other services of its node. */
export function mountRoutes(context: IdentityContext): MountedService[] {
  return [
    mount(AccountService, {
      putAccount: putAccount(context),
      getAccount: getAccount(context),
      listAccounts: listAccounts(context),
    }),
  ];
}
