import type { PasswordService } from "../../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { requireAccount } from "../accounts/find-account.ts";
import { requireGivable } from "../accounts/giving.ts";
import type { IdentityContext } from "../context.ts";
import { dropPassword } from "../passwords/keep-password.ts";
import { requirePasswords } from "../passwords/passwords.ts";

/** Takes an account's password away. */
export function removePassword(context: IdentityContext): Handlers<typeof PasswordService>["removePassword"] {
  return async ({ id }, { caller, reach }) => {
    const { records } = requirePasswords(context);
    const account = await requireAccount(context, id, reach);
    requireGivable(caller, context.runtime.config.node.code, account.roles);
    const found = await records.get(id);
    if (found) await dropPassword(context, found, { kind: "password-removed", by: caller });
    return {};
  };
}
