import { createHash } from "node:crypto";
import { newSecret, SECRET } from "../../base/secret.ts";
import { sha256Hex } from "../../domain/canonical.ts";
import { instantOf } from "../../domain/instant.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AccountDocument } from "../accounts/account-record.ts";
import type { IdentityContext } from "../context.ts";
import type { ShownCertificate } from "./session-record.ts";
import { accountStillOf } from "./standing-of-account.ts";

/** How long a code can be redeemed, milliseconds. */
export const CODE_MS = 60_000;
/** Codes of one account that wait at once. */
export const CODES_PER_ACCOUNT = 10;

/** The state that stands for a nonce: it may be seen by everybody. */
export function stateOf(nonce: string): string {
  return createHash("sha256").update(nonce).digest("base64url");
}

/** Gives out a code for an account whose certificate was shown and judged. Refuses with `RATE_EXCEEDED` where too many wait. */
export async function giveCode(
  { runtime, codes }: IdentityContext,
  account: AccountDocument,
  { fingerprint, certificates }: ShownCertificate,
  state: string,
): Promise<string> {
  const now = runtime.now();
  // What has ended waits no more, though it may not have been swept yet.
  const open = { index: "accounts", equals: [account._id], from: now.toISOString(), limit: CODES_PER_ACCOUNT };
  const waiting = (await codes.query(open)).items.length;
  if (waiting >= CODES_PER_ACCOUNT) {
    throw new Refusal("RATE_EXCEEDED", `more than ${CODES_PER_ACCOUNT} codes wait: redeem one, or wait a minute`, {
      retryAfterMs: CODE_MS,
      localizedDetail: "登录过于频繁，请一分钟后重试",
    });
  }
  const code = newSecret(runtime.randomBytes);
  const ends = new Date(now.getTime() + CODE_MS).toISOString();
  const certificate = { fingerprint, certificates };
  await codes.insert({
    ...{ _id: sha256Hex(code), revision: 1, account: account._id, ...certificate, state },
    ...{ given: now.toISOString(), ends },
  });
  return code;
}

/**
 * Redeems a code, once, whatever comes of it. Refuses with `SIGN_IN_REFUSED`; `metadata.fault` is `code` (used, or none of this node), `expired`,
 * `browser` (another one began), or `account`: it was disabled, or the certificate is no longer bound or no longer good.
 */
export async function redeemCode(
  context: IdentityContext,
  code: string,
  nonce: string | undefined,
): Promise<{ account: AccountDocument; certificate: ShownCertificate }> {
  const { codes, runtime } = context;
  const found = SECRET.test(code) ? await codes.get(sha256Hex(code)) : undefined;
  if (!found || !(await codes.remove(found._id, found.revision))) throw refused("code");
  if (instantOf(found.ends) <= runtime.now().getTime()) throw refused("expired");
  if (nonce === undefined || stateOf(nonce) !== found.state) throw refused("browser");
  const account = await accountStillOf(context, { ...found, since: found.given });
  if (!account) throw refused("account");
  const { fingerprint, certificates } = found;
  return { account, certificate: { fingerprint, certificates } };
}

/** The refusal of somebody who may not sign in, one for all who have no account here: it tells nobody which there are. */
export function noAccount(): Refusal {
  return refused("account");
}

const TEXTS = {
  code: [
    "the code was used already, or is none of this node: sign in again",
    "登录码已使用过，或不是本节点的登录码，请重新登录",
  ],
  expired: ["the code was not redeemed within 60 seconds: sign in again", "登录码已超过60秒，请重新登录"],
  browser: [
    "another browser has begun this sign-in: begin in the one that is to be signed in",
    "登录不是由本浏览器发起的，请在本浏览器重新登录",
  ],
  account: [
    "this certificate signs in to no account here: ask the administrator of your department to bind it",
    "该数字证书未绑定可用的账户，请联系本部门管理员",
  ],
} as const;

function refused(fault: keyof typeof TEXTS): Refusal {
  const [message, localizedDetail] = TEXTS[fault];
  return new Refusal("SIGN_IN_REFUSED", message, { metadata: { fault }, localizedDetail });
}
