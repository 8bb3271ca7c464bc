import type { PasswordService } from "../../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import type { IdentityContext } from "../context.ts";
import { keepPassword } from "../passwords/keep-password.ts";
import { requirePasswords } from "../passwords/passwords.ts";
import { provePassword } from "../passwords/prove-password.ts";
import { drawFactor } from "../passwords/second-factor.ts";

/** Gives the secret of the second factor to whoever has the start password. */
export function enrolSecondFactor(context: IdentityContext): Handlers<typeof PasswordService>["enrolSecondFactor"] {
  const { runtime } = context;
  return async ({ account, startPassword }, call) => {
    const { factorKey } = requirePasswords(context);
    const { address, signal, caller } = call;
    const claim = { account, password: startPassword };
    const { record } = await provePassword(context, claim, "start", { address, signal });
    const { sealed, uri } = drawFactor(runtime, factorKey, { account, node: runtime.config.node.name });
    const next = { ...record, secret: sealed, usedStep: 0 };
    await keepPassword(context, record, next, { kind: "password-enrolled", by: caller });
    return { otpauthUri: uri };
  };
}
