import { addDays } from "./civil-date.ts";
import { instantOf } from "./instant.ts";
import { Refusal } from "./refusal.ts";

/** That an opening, or a matter's use of certificates, does not count for now (`suspended`) or any more (`withdrawn`). */
export interface Halt {
  kind: "suspended" | "withdrawn";
  /** Why; whoever is refused hears it. */
  cause: string;
  /** RFC 3339, UTC. */
  since: string;
}

/** What issuing under an opening is held to besides department, app and days (发证控制, 6.4.5.1). */
export interface Controls {
  /** Accounts that may issue on screen; empty: every signer of the department. */
  signerAccounts: readonly string[];
  /** Certificates that may be issued in a day of Asia/Shanghai; 0: any number. */
  issuesPerDay: number;
}

/**
 * Refuses (`PERMISSION_DENIED`) to have a member of staff issue who is not among the accounts that an opening names. A system's call, which
 * has no account, is bound by app and origin signature instead.
 */
export function requireSigner({ signerAccounts }: Controls, account: string | undefined): void {
  if (account === undefined || signerAccounts.length === 0 || signerAccounts.includes(account)) return;
  const message = "the opening names who issues under it, and you are not among them: let one of them issue it";
  throw new Refusal("PERMISSION_DENIED", message, {
    localizedDetail: "该发证开通指定了核验签发人员，您不在其中，请由指定人员签发",
  });
}

/** The refusal of one more certificate on a day (Asia/Shanghai) whose limit is used up; it tells when the next can be issued. */
export function dayLimitReached(limit: number, day: string, now: Date): Refusal {
  const freesAt = `${addDays(day, 1)}T00:00:00+08:00`;
  const message = `the opening allows ${limit} certificates a day, and those of ${day} are used up`;
  return new Refusal("DAY_LIMIT_REACHED", `${message}: issue it from ${freesAt} on, or ask for a higher limit`, {
    retryAfterMs: Math.max(1, instantOf(freesAt) - now.getTime()),
    metadata: { limit: String(limit), frees_at: freesAt },
    localizedDetail: `该发证开通每日最多签发${limit}份，${day}已用完，请次日签发，或申请提高每日上限`,
  });
}
