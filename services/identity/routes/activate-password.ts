import type { PasswordService } from "../../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import { exchangePassword } from "../passwords/own-password.ts";

/** Exchanges the start password for one that its owner chose. */
export function activatePassword(context: IdentityContext): Handlers<typeof PasswordService>["activatePassword"] {
  return ({ account, startPassword, code, newPassword }, { address, signal, caller }) => {
    const own = { claim: { account, password: startPassword, code }, use: "start" as const, password: newPassword };
    return exchangePassword(context, own, { address, signal, caller });
  };
}
