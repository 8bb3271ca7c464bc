import { pause } from "../../base/pause.ts";
import { instantOf } from "../../domain/instant.ts";
import { rolesWithCertificate } from "../../domain/password-role.ts";
import { Refusal } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import type { IdentityContext } from "../context.ts";
import { type PasswordDocument, passwordMark } from "./password-record.ts";
import { type Passwords, requirePasswords } from "./passwords.ts";
import { openFactor } from "./second-factor.ts";
import { stepOfCode } from "./time-code.ts";

/** What somebody says to be known by a password. */
export interface PasswordClaim {
  account: string;
  password: string;
  /** Code of the second factor; absent where it is only being enrolled. */
  code?: string;
}

/** What a claim is for: with a start password, to sign in, or to change one's own, for which it may have ended. */
export type PasswordUse = "start" | "sign-in" | "change";

/** Where a claim comes from. */
export interface ClaimSource {
  address: string | undefined;
  /** Aborts when whoever claims has gone. */
  signal: AbortSignal;
}

/** An account whose password and code were right. */
export interface ProvenPassword {
  account: AccountDocument;
  record: PasswordDocument;
}

/** Wrong codes in a row with the right password, after which that password is known to somebody else, and ends. */
export const MISSED_CODES = 20;
/** A refusal comes at a multiple of so many milliseconds after its attempt began: what lies behind it differs by less, and tells nothing by its time. */
const REFUSED_EVERY_MS = 300;

/**
 * Proves a password (5.9.2). Whatever is wrong is refused in one way, `SIGN_IN_REFUSED`, and with the same work: there is no such account, it
 * is disabled or has a role for which a certificate key is needed; it has no password, or another one, or it has ended; the code is
 * wrong, or was used. Who fails is slowed down, and nobody is locked out. Throws `UNIMPLEMENTED`, `RATE_EXCEEDED`, and `NODE_BEHIND` where this
 * node is an older copy, to which a password of before would be right.
 */
export async function provePassword(
  context: IdentityContext,
  claim: PasswordClaim,
  use: PasswordUse,
  { address, signal }: ClaimSource,
): Promise<ProvenPassword> {
  const passwords = requirePasswords(context);
  const proven = await context.attempts.run({ address, name: claim.account }, signal, async () => {
    await context.runtime.standing.require();
    const started = performance.now();
    const found = await judged(context, passwords, claim, use);
    const over = (performance.now() - started) % REFUSED_EVERY_MS;
    if (!found) await pause(REFUSED_EVERY_MS - over, signal);
    return found;
  });
  if (proven) return proven;
  throw new Refusal(
    "SIGN_IN_REFUSED",
    "account, password or code is wrong, or the password is not good for this any more: check them, wait for the next code, or ask your administrator for a new start password",
    {
      metadata: { fault: "password" },
      localizedDetail: "账户、密码或动态口令不正确，或密码已失效，请核对并使用新的动态口令，或请管理员重新设置密码",
    },
  );
}

async function judged(
  { accounts, runtime }: IdentityContext,
  passwords: Passwords,
  claim: PasswordClaim,
  use: PasswordUse,
): Promise<ProvenPassword | undefined> {
  const { records, hashes, refused } = passwords;
  const [account, record] = await Promise.all([
    accounts.get(claim.account).catch(unreadable),
    records.get(claim.account).catch(unreadable),
  ]);
  const right = await hashes.match(claim.password, record?.hash);
  if (right && account && record && mayUse(account, record, use, runtime.now())) {
    const spent = claim.code === undefined ? record : await spendCode(passwords, record, claim.code, runtime);
    if (spent) return { account, record: spent };
  }
  refused.count(account?._id);
  return undefined;
}

/** Whether a password that is right is good for something at all. */
function mayUse(account: AccountDocument, record: PasswordDocument, use: PasswordUse, now: Date): boolean {
  if (account.disabled || rolesWithCertificate(account.roles).length > 0) return false;
  if (record.missedCodes >= MISSED_CODES) return false;
  if (record.state !== (use === "start" ? "start" : "own")) return false;
  return use === "change" || instantOf(record.ends) > now.getTime();
}

/**
 * Takes the step of a right code for used, and counts a wrong one. Of two who bring the same code at once one is let in, and wrong ones that
 * come at once keep no right one out.
 */
async function spendCode(
  { records, factorKey }: Passwords,
  { _id: account, hash, secret: sealed }: PasswordDocument,
  code: string,
  { now, evidence }: IdentityContext["runtime"],
): Promise<PasswordDocument | undefined> {
  const secret = sealed === undefined ? undefined : openFactor(factorKey, account, sealed);
  let step: number | undefined;
  const stored = await changeStored<PasswordDocument, PasswordDocument | undefined>(records, account, (old) => {
    step = undefined;
    if (!old || old.hash !== hash || old.secret !== sealed || old.missedCodes >= MISSED_CODES) return undefined;
    step = secret && stepOfCode(secret, code, now(), old.usedStep);
    return step === undefined
      ? { ...old, missedCodes: old.missedCodes + 1 }
      : { ...old, usedStep: step, missedCodes: 0 };
  });
  if (step !== undefined) return stored;
  if (stored?.missedCodes === MISSED_CODES)
    await evidence.append("password-ended", { account, missedCodes: MISSED_CODES });
  return undefined;
}

/**
 * Whether a session of an account goes on that was begun by the password of a mark: not where the account has another one by now or it has
 * ended, where the account has a role for which a certificate key is needed, or passwords are switched off.
 */
export async function isPasswordStill(
  { passwords, runtime }: Pick<IdentityContext, "passwords" | "runtime">,
  account: AccountDocument,
  mark: string,
): Promise<boolean> {
  const record = await passwords?.records.get(account._id);
  if (!record || passwordMark(record) !== mark) return false;
  return mayUse(account, record, "sign-in", runtime.now());
}

/** A record that cannot be read is none, in the same words: its reader has set it aside. */
function unreadable(error: unknown): undefined {
  if (error instanceof Refusal && error.reason === "RECORD_UNREADABLE") return undefined;
  throw error;
}
