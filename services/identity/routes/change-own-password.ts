import type { PasswordService } from "../../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import { exchangePassword } from "../passwords/own-password.ts";

/** Changes one's own password, also one that has ended by its age. */
export function changeOwnPassword(context: IdentityContext): Handlers<typeof PasswordService>["changeOwnPassword"] {
  return ({ account, password, code, newPassword }, { address, signal, caller }) => {
    const own = { claim: { account, password, code }, use: "change" as const, password: newPassword };
    return exchangePassword(context, own, { address, signal, caller });
  };
}
