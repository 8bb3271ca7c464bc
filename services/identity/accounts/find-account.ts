import { isWithinReach, type Reach } from "../../domain/permit.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { IdentityContext } from "../context.ts";
import type { AccountDocument } from "./account-record.ts";

/** The account that a certificate (SHA-256 of its DER, lower-case hex) signs in to, disabled or not. */
export async function accountOfFingerprint(
  { accounts }: Pick<IdentityContext, "accounts">,
  fingerprint: string,
): Promise<AccountDocument | undefined> {
  const { items } = await accounts.query({ index: "fingerprints", equals: [fingerprint], limit: 1 });
  return items[0];
}

/** The account of an id. Refuses (`ACCOUNT_UNKNOWN`) one that does not exist, and one beyond reach in the same words. */
export async function requireAccount(
  { accounts }: Pick<IdentityContext, "accounts">,
  id: string,
  reach: Reach,
): Promise<AccountDocument> {
  return reached(await accounts.get(id), id, reach);
}

/** What was read of an account, if it lies within reach; see {@link requireAccount}. */
export function reached(account: AccountDocument | undefined, id: string, reach: Reach): AccountDocument {
  if (account && isWithinReach(reach, account)) return account;
  const localized = `没有账户${id}，请从列表（ListAccounts）中选取`;
  throw refuseField("ACCOUNT_UNKNOWN", "id", `no account ${id}`, "see ListAccounts", localized);
}
