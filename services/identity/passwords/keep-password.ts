import { callerName } from "../../call/chain/caller.ts";
import type { Actor } from "../../domain/actor.ts";
import type { JsonObject } from "../../domain/canonical.ts";
import { Refusal } from "../../domain/refusal.ts";
import { compareAndSet } from "../../store/compare-and-set.ts";
import type { IdentityContext } from "../context.ts";
import type { PasswordDocument } from "./password-record.ts";
import { requirePasswords } from "./passwords.ts";

/** Kinds of evidence of passwords; the contract says what they tell. */
export type PasswordEvidence = "password-set" | "password-enrolled" | "password-changed" | "password-removed";

/** Who does what to a password, as evidence tells it. */
export interface PasswordDeed {
  kind: PasswordEvidence;
  by: Actor;
  told?: JsonObject;
}

/**
 * Keeps a password in the place of what was read. Evidence first, so that no password changes without it. Refuses with `REVISION_CONFLICT` where
 * somebody else was faster: what was proven is then no longer so.
 */
export async function keepPassword(
  context: IdentityContext,
  old: PasswordDocument | undefined,
  next: PasswordDocument,
  deed: PasswordDeed,
): Promise<void> {
  const { records } = requirePasswords(context);
  await tellPassword(context, next._id, deed);
  if (!(await compareAndSet(records, old, next))) throw overtaken(next._id);
}

/** Takes a password away, with evidence, under the same terms as {@link keepPassword}. */
export async function dropPassword(
  context: IdentityContext,
  { _id, revision }: PasswordDocument,
  deed: PasswordDeed,
): Promise<void> {
  const { records } = requirePasswords(context);
  await tellPassword(context, _id, deed);
  if (!(await records.remove(_id, revision))) throw overtaken(_id);
}

/** Whoever proves himself by the password itself is told as its owner. */
function tellPassword({ runtime }: IdentityContext, account: string, { kind, by, told = {} }: PasswordDeed) {
  const who = by.kind === "public" ? `password/${account}` : callerName(by);
  return runtime.evidence.append(kind, { account, by: who, ...told });
}

function overtaken(account: string): Refusal {
  const message = `the password of ${account} was changed by others at the same time; try again`;
  return new Refusal("REVISION_CONFLICT", message, { localizedDetail: `账户${account}的密码同时被他人修改，请重试` });
}
