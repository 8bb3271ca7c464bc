import { shanghaiDay } from "../../domain/civil-date.ts";
import { confirmationChallenge, confirmedDigest, MAX_CONFIRMED } from "../../domain/confirmation.ts";
import { instantOf, isInstant } from "../../domain/instant.ts";
import type { OriginStatement } from "../../domain/origin-statement.ts";
import { Refusal } from "../../domain/refusal.ts";
import { type Assertion, bad, verifyAssertion } from "./assertion.ts";
import { loadCredentialKey, type OfficerCredential } from "./credential.ts";
import type { ListedOfficer, OfficerList } from "./officer-list.ts";

/** An officer's confirmation of orders, one of which is to be issued. */
export interface Confirmation extends Assertion {
  /** Digests (hex) of all orders that were confirmed at once, in their order. */
  orders: readonly string[];
  credentialId: Uint8Array;
}

/** What a host takes: whose confirmations, how old, and how far from the future by its clock. */
export interface ConfirmationRules {
  list: OfficerList;
  /** Origin of the page on which it must have been confirmed, this host's own. Absent: one of the pages of the list. */
  page?: string | undefined;
  maxAgeSeconds: number;
  maxSkewSeconds: number;
}

/** Who has confirmed an order, and with what. */
export interface Confirmed {
  account: string;
  /** Credential id, Base64url. */
  credential: string;
  counter: number;
  /** Digest (hex) of the assertion. */
  assertion: string;
  /** Orders that were confirmed with it. */
  orders: number;
  signedAt: string;
}

const DIGEST = /^[0-9a-f]{64}$/;

/**
 * Verifies that an officer of the list, with a security key of the list, has confirmed this order, whose statement is rebuilt from what is to be
 * signed. Throws `ORIGIN_KEY_UNKNOWN` (a security key or officer that the list does not have, or not on this day), `ORIGIN_INVALID`
 * naming the member, or `ORIGIN_STALE`. Whether the counter grows is the caller's to hold.
 */
export function verifyConfirmation(
  rules: ConfirmationRules,
  confirmation: Confirmation,
  statement: OriginStatement,
  now: Date,
): Confirmed {
  const { list } = rules;
  const { orders, credentialId } = confirmation;
  const day = shanghaiDay(now);
  if (day < list.from || day > list.until) throw outOfTerm(list, day);
  if (orders.length < 1 || orders.length > MAX_CONFIRMED || !orders.every((one) => DIGEST.test(one)))
    throw bad("orders", `must be 1 to ${MAX_CONFIRMED} digests`, `应为1至${MAX_CONFIRMED}个摘要`);
  if (new Set(orders).size < orders.length) throw bad("orders", "has an order twice", "有重复的申请");
  if (!orders.includes(confirmedDigest(statement)))
    throw bad("orders", "does not have this order: another one was confirmed", "不含此申请，确认的是其他申请");
  const credential = Buffer.from(credentialId).toString("base64url");
  const { officer, key } = credentialIn(rules, credential, day);
  if (officer.items !== undefined && !officer.items.includes(statement.itemCode)) throw notHis(officer, statement);
  const challenge = confirmationChallenge(list.node, orders);
  const { rpId, origins } = relyingParty(rules);
  const { counter, digest } = verifyAssertion(confirmation, { challenge, rpId, origins, key });
  requireFresh(rules, statement.signedAt, now);
  const { account } = officer;
  return { account, credential, counter, assertion: digest, orders: orders.length, signedAt: statement.signedAt };
}

/** Security keys of an account that confirm on a day, on a page as {@link ConfirmationRules} have it; none for an account that is not in the list. */
export function credentialsOf({ officers, from, until }: OfficerList, account: string, day: string, page?: string) {
  if (day < from || day > until) return [];
  const officer = officers.find((one) => one.account === account);
  return officer?.credentials.filter((one) => one.page === page && holdsOn(one, day)) ?? [];
}

/** A security key of an account that is good on a day, with whose it is and its public key. Throws `ORIGIN_KEY_UNKNOWN`. */
export function credentialIn({ list, page }: Pick<ConfirmationRules, "list" | "page">, id: string, day: string) {
  for (const officer of list.officers) {
    const found = officer.credentials.find((one) => one.id === id && one.page === page);
    if (!found) continue;
    if (!holdsOn(found, day)) throw unknown(id, `is not one that ${officer.account} confirms with on ${day}`);
    const key = loadCredentialKey(found.publicKey);
    if (key) return { officer, key };
  }
  throw unknown(id, "is none of the department's list of officers for this page");
}

/** To whom security keys answer on a page: of this host's own by its host name, else as the list says. */
export function relyingParty({ list, page }: Pick<ConfirmationRules, "list" | "page">) {
  return page === undefined ? list : { rpId: new URL(page).hostname, origins: [page] };
}

function holdsOn({ since, until }: OfficerCredential, day: string): boolean {
  return day >= since && (until === undefined || day <= until);
}

function unknown(credential: string, description: string): Refusal {
  const field = "confirmation.credential_id";
  const remedy = "have the security key put into the department's list of officers, or confirm with one that is in it";
  const localized = "安全密钥不在部门签署的经办人员名单中或不在有效期内，请登记该密钥，或使用已登记的密钥";
  return new Refusal("ORIGIN_KEY_UNKNOWN", `${field} ${description}`, {
    metadata: { member: field, credential },
    fields: [{ field, description, remedy, localized }],
  });
}

function outOfTerm({ version, from, until }: OfficerList, day: string): Refusal {
  const description = `list ${version} of the department's officers holds from ${from} to ${until}, not on ${day}`;
  return new Refusal("ORIGIN_KEY_UNKNOWN", `confirmation: ${description}`, {
    metadata: { member: "confirmation", from, until },
    fields: [
      {
        field: "confirmation",
        description,
        remedy: "have the department sign a new list and put it on the agent's host",
        localized: `部门签署的经办人员名单有效期为${from}至${until}，请由部门签署新名单并放到签名代理主机`,
      },
    ],
  });
}

function notHis({ account }: ListedOfficer, { itemCode }: OriginStatement): Refusal {
  const field = "confirmation.credential_id";
  const description = `officer ${account} does not confirm item ${itemCode}`;
  return new Refusal("ORIGIN_INVALID", `${field}: ${description}`, {
    metadata: { member: field, account, item: itemCode },
    fields: [
      {
        field,
        description,
        remedy: "have another officer confirm, or have the item put into the department's list",
        localized: `该经办人员不能确认目录项${itemCode}，请由其他人员确认，或在部门名单中加入该目录项`,
      },
    ],
  });
}

function requireFresh({ maxAgeSeconds, maxSkewSeconds }: ConfirmationRules, signedAt: string, now: Date): void {
  if (!isInstant(signedAt)) throw bad("signed_at", "is no time in RFC 3339 form", "不是RFC 3339格式的时间");
  const age = Math.round((now.getTime() - instantOf(signedAt)) / 1000);
  if (age <= maxAgeSeconds && age >= -maxSkewSeconds) return;
  const field = "confirmation.signed_at";
  const description =
    age > 0
      ? `was confirmed ${age} s ago, at most ${maxAgeSeconds} s are allowed`
      : `lies ${-age} s in the future, at most ${maxSkewSeconds} s are allowed`;
  throw new Refusal("ORIGIN_STALE", `${field} ${description}`, {
    metadata: { member: field, signedAt, maxAgeSeconds: String(maxAgeSeconds), ageSeconds: String(age) },
    fields: [
      {
        field,
        description,
        remedy: "have the officer confirm anew; if it was confirmed just now, set the clock",
        localized: "确认已超过有效时间，请重新确认；如刚刚确认，请校准时钟",
      },
    ],
  });
}
