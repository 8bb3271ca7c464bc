import type { Actor } from "../../domain/actor.ts";
import { passwordFault } from "../../domain/password-rule.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IdentityContext } from "../context.ts";
import { keepPassword } from "./keep-password.ts";
import { FORMER_PASSWORDS, hadPasswords } from "./password-record.ts";
import { requirePasswords } from "./passwords.ts";
import { type ClaimSource, type PasswordClaim, type PasswordUse, provePassword } from "./prove-password.ts";

const DAY_MS = 86_400_000;
const FIELD = "new_password";

/** Which password its owner exchanges, and for what. */
export interface OwnPassword {
  claim: Required<PasswordClaim>;
  use: PasswordUse;
  password: string;
}

/**
 * Gives an account the password that its owner chose, in the place of the one that is proven; resolves to when it ends. Refuses as
 * {@link provePassword}, and (`INVALID_FIELD`, `new_password`) one that is weak or is one of the last four.
 */
export async function exchangePassword(
  context: IdentityContext,
  { claim, use, password }: OwnPassword,
  { caller, ...source }: ClaimSource & { caller: Actor },
): Promise<{ expires: string }> {
  const { rules, hashes } = requirePasswords(context);
  // Most weak ones are refused before a code is spent, by what the caller said alone; what is known of the account comes behind the proof.
  requireStrong(password, rules.minimumLength, [claim.account]);
  const { account, record } = await provePassword(context, claim, use, source);
  requireStrong(password, rules.minimumLength, [account._id, account.name, account.department]);
  for (const hash of hadPasswords(record)) {
    if (await hashes.match(password, hash)) {
      const description = `is one of the last ${FORMER_PASSWORDS}`;
      const localized = `与最近${FORMER_PASSWORDS}次使用过的密码相同，请更换`;
      throw refuseField("INVALID_FIELD", FIELD, description, "choose one that you have not had", localized);
    }
  }
  const ends = new Date(context.runtime.now().getTime() + rules.rotationDays * DAY_MS).toISOString();
  const former = hadPasswords(record).slice(0, FORMER_PASSWORDS - 1);
  const next = { ...record, state: "own" as const, hash: await hashes.of(password), former, ends };
  await keepPassword(context, record, next, { kind: "password-changed", by: caller, told: { ends } });
  return { expires: ends };
}

function requireStrong(password: string, minimum: number, personal: readonly string[]): void {
  const fault = passwordFault(password, { minimum, personal });
  if (fault) throw refuseField("INVALID_FIELD", FIELD, fault.description, fault.remedy, fault.localized);
}
