import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import { judgeCertificate } from "../certificates/judge-certificate.ts";
import type { IdentityContext } from "../context.ts";
import { isPasswordStill } from "../passwords/prove-password.ts";
import type { SignInProof } from "./session-record.ts";

/** What an account and the certificate that was shown for it, or its password, must still be. */
export interface Claim extends SignInProof {
  account: string;
  /** When the certificate was shown, or the password given, RFC 3339. */
  since: string;
}

/**
 * The account that somebody acts by who has shown a certificate for it; `undefined` where that is no longer so: it is disabled, the certificate is
 * not bound to it, or was unbound since, or is not good any more; or the password is not. Throws what is no judgement, such as `STORE_AWAY`.
 */
export async function accountStillOf(context: IdentityContext, claim: Claim): Promise<AccountDocument | undefined> {
  const account = await context.accounts.get(claim.account);
  if (!account || account.disabled) return undefined;
  const latest = instantOf(claim.since) + context.runtime.config.clockSkewMs;
  if (account.reopened !== undefined && instantOf(account.reopened) > latest) return undefined;
  if (claim.proof === "password")
    return (await isPasswordStill(context, account, claim.fingerprint)) ? account : undefined;
  if (!isBound(account, claim, latest)) return undefined;
  const [der = "", ...chain] = claim.certificates;
  try {
    const judged = await judgeCertificate(context, bytesOf(der), { chain: chain.map(bytesOf) });
    return fits(account, judged.organizationCode) ? account : undefined;
  } catch (error) {
    if (error instanceof Refusal && error.reason === "STAFF_CERTIFICATE_REFUSED") return undefined;
    throw error;
  }
}

/** Whether a certificate names the department of an account, or none. */
export function fits({ department }: Pick<AccountDocument, "department">, organizationCode: string | undefined) {
  return organizationCode === undefined || organizationCode === department;
}

/** What was unbound and bound again, or closed and taken into use again, brings nothing of before back. Replicas' clocks may differ. */
function isBound({ certificates }: AccountDocument, { fingerprint }: Claim, latest: number): boolean {
  const found = certificates.find((one) => one.fingerprint === fingerprint);
  return found !== undefined && instantOf(found.bound) <= latest;
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, "base64");
}
