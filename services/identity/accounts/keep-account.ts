import { callerName } from "../../call/chain/caller.ts";
import type { Actor } from "../../domain/actor.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { DuplicateKey } from "../../store/port.ts";
import type { IdentityContext } from "../context.ts";
import type { AccountDocument } from "./account-record.ts";
import { accountOfFingerprint } from "./find-account.ts";

/** Kinds of evidence of accounts; the contract says what each holds. */
export type AccountEvidence =
  | "account-put"
  | "account-closed"
  | "account-moved"
  | "account-certificate-bound"
  | "account-certificate-unbound"
  | "account-administrator-activated"
  | "account-invited"
  | "account-set-up";

/** A change of an account. */
export interface AccountChange {
  id: string;
  by: Actor;
  kind: AccountEvidence;
  /** What evidence tells beside account, department, roles, whether it is disabled, and who did it. */
  told?: JsonObject;
  /** Field of the request that holds a certificate. */
  field?: string;
  /** What the account shall be; it is asked again where somebody else wrote meanwhile. */
  next(old: AccountDocument | undefined): AccountDocument | Promise<AccountDocument>;
}

/** Writes of others that are met one after the other until a change is given up. */
const TRIES = 20;

/**
 * Changes an account, or opens it; what is as it shall be stays. Evidence first, so that no account changes without it: of a change that
 * was then overtaken or refused there is a line too. Refuses (`ALREADY_EXISTS`) a certificate that signs in to another account,
 * without saying to whose.
 */
export async function keepAccount(context: IdentityContext, change: AccountChange): Promise<AccountDocument> {
  const { accounts, runtime } = context;
  const { id, kind, by, told = {}, field = "certificate_pem" } = change;
  const next = async (old: AccountDocument | undefined) => {
    const given = await change.next(old);
    if (old && isSame(old, given)) return old;
    const reopens = old?.disabled === true && !given.disabled;
    const wanted = reopens ? { ...given, reopened: runtime.now().toISOString() } : given;
    await requireFree(context, wanted, old, field);
    const { department, roles, disabled } = wanted;
    const body = { account: id, department, roles: [...roles], disabled, by: callerName(by), ...told };
    await runtime.evidence.append(kind, body);
    return wanted;
  };
  const spent = () => {
    throw new Refusal("REVISION_CONFLICT", `account ${id} is being changed by others; read it and try again`);
  };
  try {
    return await changeStored<AccountDocument, AccountDocument>(accounts, id, next, { tries: TRIES, spent });
  } catch (error) {
    if (error instanceof DuplicateKey) throw certificateTaken(field);
    throw error;
  }
}

/** Whether nothing of an account would change. */
export function isSame(old: AccountDocument, wanted: AccountDocument): boolean {
  return contentOf(old) === contentOf(wanted);
}

function contentOf(account: AccountDocument): string {
  const { name, department, division, roles, disabled, fingerprints, activated } = account;
  return JSON.stringify([name, department, division, roles.toSorted(), disabled, fingerprints, activated]);
}

/** Refuses certificates that an account would gain and another one has. */
export async function requireFree(
  context: Pick<IdentityContext, "accounts">,
  { _id, fingerprints }: Pick<AccountDocument, "_id" | "fingerprints">,
  old: AccountDocument | undefined,
  field: string,
): Promise<void> {
  for (const fingerprint of fingerprints) {
    if (old?.fingerprints.includes(fingerprint)) continue;
    const other = await accountOfFingerprint(context, fingerprint);
    if (other && other._id !== _id) throw certificateTaken(field);
  }
}

/** The refusal of a certificate that is another account's; whose is not said. */
export function certificateTaken(field: string): Refusal {
  const remedy = "use a certificate of this person, or have it unbound there first";
  const localized = "该证书已绑定其他账户，请使用本人的证书，或先在原账户解除绑定";
  return refuseField("ALREADY_EXISTS", field, "the certificate signs in to another account already", remedy, localized);
}
