import { newSecret } from "../../base/secret.ts";
import { sessionDigest, sessionEnded } from "../../call/chain/sessions.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { StaffConfig } from "../../host/staff-config.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import type { IdentityContext } from "../context.ts";
import { endOf, type SessionDocument, type SignInProof } from "./session-record.ts";
import { accountStillOf } from "./standing-of-account.ts";

/** Sessions of one account that live at once; the next one ends the oldest. */
export const SESSIONS_PER_ACCOUNT = 10;
/** How often the use of a session is written down at most, milliseconds; a quarter of the idle limit where that is less. */
const SEEN_EVERY_MS = 60_000;
const HINT_LENGTH = 200;
const PAGE_SIZE = 100;

/** What a browser or program said of itself when it signed in. */
export interface Hints {
  agent: string;
  address: string;
}

/** How staff sign in here. Refuses with `UNIMPLEMENTED` where the configuration has no member `staff`. */
export function staffOf({ runtime }: Pick<IdentityContext, "runtime">): StaffConfig {
  const { staff } = runtime.config;
  if (staff) return staff;
  throw new Refusal("UNIMPLEMENTED", "no staff signs in at this node: its configuration has no member staff", {
    localizedDetail: "本节点未开通工作人员登录，请运维配置staff",
  });
}

/** Begins a session; the secret goes into the cookie and nowhere else. */
export async function beginSession(
  context: IdentityContext,
  account: AccountDocument,
  { fingerprint, certificates, proof }: SignInProof,
  { agent, address }: Hints,
): Promise<{ secret: string; session: SessionDocument }> {
  const { runtime, sessions } = context;
  const staff = staffOf(context);
  const secret = newSecret(runtime.randomBytes);
  const time = runtime.now().toISOString();
  const session: SessionDocument = {
    _id: sessionDigest(secret),
    revision: 1,
    account: account._id,
    fingerprint,
    certificates,
    ...(proof && { proof }),
    begun: time,
    seen: time,
    ends: endOf({ begun: time, seen: time }, staff).toISOString(),
    agent: agent.replace(/[^\x20-\x7e]/g, "").slice(0, HINT_LENGTH),
    address,
  };
  const { department } = account;
  const told = { session: session._id, account: account._id, department, fingerprint, ...(proof && { proof }) };
  await runtime.evidence.append("session-begun", told);
  await sessions.insert(session);
  // Behind the insertion, so that of several that begin at once no more stay either.
  const others = (await sessionsOf(context, account._id)).filter(({ _id }) => _id !== session._id);
  for (const oldest of others.slice(0, Math.max(0, others.length + 1 - SESSIONS_PER_ACCOUNT)))
    await endSession(context, oldest, "limit");
  return { secret, session };
}

/**
 * Judges a session as it is now, and its account with it; what has ended is removed. Throws `SESSION_ENDED`. Its use is written down at most once a
 * minute.
 */
export async function liveSession(
  context: IdentityContext,
  digest: string,
): Promise<{ session: SessionDocument; account: AccountDocument }> {
  const { runtime, sessions } = context;
  const staff = runtime.config.staff;
  const session = await sessions.get(digest);
  if (!session || !staff) throw sessionEnded();
  const now = runtime.now();
  if (endOf(session, staff) <= now) return ended(context, session, "time");
  const account = await accountStillOf(context, { ...session, since: session.begun });
  if (!account) return ended(context, session, "account");
  const every = Math.min(SEEN_EVERY_MS, staff.idleSeconds * 250);
  if (now.getTime() - instantOf(session.seen) >= every) {
    const seen = now.toISOString();
    // Another process may have written the same meanwhile, or have ended the session: the next look tells.
    await sessions.replace({ ...session, seen, ends: endOf({ ...session, seen }, staff).toISOString() });
  }
  return { session, account };
}

/** Sessions of an account that are stored, the oldest first. */
export async function sessionsOf({ sessions }: IdentityContext, account: string): Promise<SessionDocument[]> {
  const found: SessionDocument[] = [];
  for (let after: string | undefined; ; ) {
    const page = { index: "accounts", equals: [account], limit: PAGE_SIZE, ...(after !== undefined && { after }) };
    const { items, next } = await sessions.query(page);
    found.push(...items);
    if (next === undefined) return found;
    after = next;
  }
}

/** Who or what ended a session, for the evidence. */
export type EndedBy = "owner" | "administrator" | "account" | "time" | "limit" | "sign-in";

/** Ends a session. One that has ended already is no fault. */
export async function endSession(context: IdentityContext, session: SessionDocument, by: EndedBy): Promise<boolean> {
  const { sessions, runtime } = context;
  // Its use may be written down at the same time.
  let current: SessionDocument | undefined = session;
  while (current && !(await sessions.remove(current._id, current.revision))) current = await sessions.get(session._id);
  if (!current) return false;
  await runtime.evidence.append("session-ended", { session: session._id, account: session.account, by });
  return true;
}

/** Ends all sessions of an account but, perhaps, one. Gives how many these were. */
export async function endSessionsOf(
  context: IdentityContext,
  account: string,
  by: EndedBy,
  but?: string,
): Promise<number> {
  let count = 0;
  for (const session of await sessionsOf(context, account))
    if (session._id !== but && (await endSession(context, session, by))) count++;
  return count;
}

async function ended(context: IdentityContext, session: SessionDocument, by: EndedBy): Promise<never> {
  await endSession(context, session, by);
  throw sessionEnded();
}
