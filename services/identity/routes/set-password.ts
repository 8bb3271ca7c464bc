import type { PasswordService } from "../../../proto/gen/ecert/identity/v1/password_service_pb.ts";
import type { Handlers } from "../../call/chain/service.ts";
import { rolesWithCertificate } from "../../domain/password-role.ts";
import { Refusal } from "../../domain/refusal.ts";
import { ROLES } from "../../domain/role.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import { requireAccount } from "../accounts/find-account.ts";
import { requireGivable } from "../accounts/giving.ts";
import type { IdentityContext } from "../context.ts";
import { base32 } from "../passwords/base32.ts";
import { keepPassword } from "../passwords/keep-password.ts";
import { FORMER_PASSWORDS, hadPasswords } from "../passwords/password-record.ts";
import { requirePasswords } from "../passwords/passwords.ts";

const START_BYTES = 16;
const START_MS = 24 * 3_600_000;

/** 5.9.2: gives an account a password to start with, which its owner exchanges for another. */
export function setPassword(context: IdentityContext): Handlers<typeof PasswordService>["setPassword"] {
  const { runtime } = context;
  return async ({ id }, { caller, reach }) => {
    const { records, hashes } = requirePasswords(context);
    const account = await requireAccount(context, id, reach);
    // Whoever sets a password could be the first to use it.
    requireGivable(caller, runtime.config.node.code, account.roles);
    requireWithout(account);
    await runtime.standing.require();
    const startPassword = base32(runtime.randomBytes(START_BYTES));
    const old = await records.get(id);
    const expires = new Date(runtime.now().getTime() + START_MS).toISOString();
    const hash = await hashes.of(startPassword);
    // What was had before may not come again, whoever begins anew.
    const former = old ? hadPasswords(old).slice(0, FORMER_PASSWORDS - 1) : [];
    const counts = { usedStep: 0, missedCodes: 0 };
    const next = { _id: id, revision: 1, state: "start" as const, hash, former, ends: expires, ...counts };
    await keepPassword(context, old, next, { kind: "password-set", by: caller });
    return { startPassword, expires };
  };
}

/** Refuses an account that may have no password. */
function requireWithout({ roles }: AccountDocument): void {
  const held = rolesWithCertificate(roles);
  if (held.length === 0) return;
  const names = held.map((role) => ROLES[role].chinese).join("、");
  const message = `${names} sign in with a certificate key alone; give the person another account for what needs none`;
  throw new Refusal("PERMISSION_DENIED", message, {
    metadata: { roles: held.join(" ") },
    localizedDetail: `角色${names}只能使用数字证书Key登录，请为不需要证书的工作另开账户`,
  });
}
