import { isConsoleApp } from "../services/domain/console-app.ts";
import { originStatementOf } from "../services/domain/origin-statement.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { type Confirmed, verifyConfirmation } from "../services/trust/officers/verify-confirmation.ts";
import { verifyOrigin } from "../services/trust/origin.ts";
import { asksOfficers, type ItemRule, type Policy } from "./policy.ts";
import type { Circumstances, JobConfirmation, Question } from "./question.ts";
import { refuseMember } from "./refuse-member.ts";

/** What comes from a console and no officer has confirmed yet, where one can on this host's page: judged in all else, it waits there. */
export const WAITS = "waits";

/**
 * Requires the word of somebody other than a core that this certificate was ordered, as the rule of its item wants it: the origin signature of a
 * department's system, or the confirmation of an officer, whom it returns. A console's origin signature, which a core makes, is none where
 * officers confirm; where this host has a page of its own, {@link WAITS} says that the word can be given there. Throws `ORIGIN_MISSING`, `POLICY_REFUSED` for what the rule does not want, and what {@link verifyOrigin} and
 * {@link verifyConfirmation} do.
 */
export function requireWord(
  policy: Policy,
  { origin: rule }: ItemRule,
  { message, origin, confirmation, word }: Question,
  { node, now, clockSkewSeconds, officers, page }: Circumstances,
): Confirmed | typeof WAITS | undefined {
  const { app, itemCode } = message.metadata;
  const { originKeys: keys, originMaxAgeSeconds: maxAgeSeconds } = policy;
  const limits = { maxAgeSeconds, maxSkewSeconds: clockSkewSeconds };
  if (confirmation) {
    if (origin) throw surplus(confirmation, "an order is signed by a system or confirmed by an officer, not both");
    if (rule === "required") throw surplus(confirmation, `officers do not confirm item ${itemCode}`);
    if (rule === "officer-here") throw elsewhere(confirmation, itemCode, page);
    return judged(confirmation);
  }
  const byCore = asksOfficers({ origin: rule }) && isConsoleApp(node, app);
  if (byCore && page !== undefined) {
    if (!officers.of(app)) throw noList(app);
    return word ? judged(word, page) : WAITS;
  }
  if (origin && !byCore) {
    const statement = originStatementOf(message, origin.signedAt, origin.numberGiven);
    verifyOrigin({ keys, ...limits }, { keyId: origin.keyId, signature: origin.signature, statement }, now);
    return undefined;
  }
  if (rule === "attested") return undefined;
  throw byCore ? unconfirmed(itemCode, app) : unsigned(itemCode, app);

  function judged(given: JobConfirmation, at?: string): Confirmed {
    const list = officers.of(app);
    if (!list) throw noList(app);
    const statement = originStatementOf(message, given.signedAt, given.numberGiven);
    return verifyConfirmation({ list, page: at, ...limits }, given, statement, now);
  }
}

/** The refusal of an order that waits for an officer on this host's page now. */
export function waitsHere(item: string, app: string, page: string): Refusal {
  const description = `item ${item} is signed only where an officer has confirmed it on the page of the agent's own host, ${page}`;
  return new Refusal("ORIGIN_MISSING", `confirmation: ${description}`, {
    metadata: { member: "confirmation", item, app, page },
    fields: [
      {
        field: "confirmation",
        description,
        remedy: `it waits there now: have the officer open ${page}, look at its face and confirm, then issue again`,
        localized: `目录项${item}须由签发人员在签名代理主机的确认页面 ${page} 核对证面并确认；该申请已在那里等候，确认后请再次签发`,
      },
    ],
  });
}

function elsewhere(confirmation: JobConfirmation, item: string, page = ""): Refusal {
  const credential = Buffer.from(confirmation.credentialId).toString("base64url");
  const why = `item ${item} is confirmed on the page of this host alone: what a core's page showed to the officer nobody knows here`;
  const remedy = `leave it out, and have the officer confirm at ${page}`;
  const localized = `目录项${item}只能在签名代理主机的确认页面 ${page} 确认，请去掉该确认，并到该页面确认`;
  return refuseMember("confirmation", credential, why, remedy, localized);
}

function unsigned(item: string, app: string): Refusal {
  return new Refusal("ORIGIN_MISSING", `origin: item ${item} is signed only with an origin signature`, {
    metadata: { member: "origin", item, app },
  });
}

function unconfirmed(item: string, app: string): Refusal {
  const description = `item ${item} is signed only where an officer has confirmed it with a security key`;
  return new Refusal("ORIGIN_MISSING", `confirmation: ${description}`, {
    metadata: { member: "confirmation", item, app },
    fields: [
      {
        field: "confirmation",
        description,
        remedy: "have the officer who issues confirm with the registered security key (PrepareConfirmation)",
        localized: `目录项${item}须由签发人员使用已登记的安全密钥确认后签发`,
      },
    ],
  });
}

function surplus({ credentialId }: JobConfirmation, why: string): Refusal {
  const credential = Buffer.from(credentialId).toString("base64url");
  const remedy = "leave it out, or write `origin: officer` for the item in the policy of this host";
  const localized = "该目录项不采用经办确认，请去掉，或在本机策略中为该目录项设置origin: officer";
  return refuseMember("confirmation", credential, why, remedy, localized);
}

function noList(app: string): Refusal {
  const description = `no list of officers is in force for ${app}`;
  return new Refusal("ORIGIN_KEY_UNKNOWN", `confirmation: ${description}`, {
    metadata: { member: "confirmation", app },
    fields: [
      {
        field: "confirmation",
        description,
        remedy:
          "have the department sign its list (ecert officers sign) and put it where the policy of this host names it",
        localized: `签名代理主机上没有${app}的有效经办人员名单，请由部门签署名单并放到策略所指的位置`,
      },
    ],
  });
}
