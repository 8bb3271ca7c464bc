import { isConsoleApp } from "../services/domain/console-app.ts";
import { originStatementOf } from "../services/domain/origin-statement.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { type Confirmed, verifyConfirmation } from "../services/trust/officers/verify-confirmation.ts";
import { verifyOrigin } from "../services/trust/origin.ts";
import type { ItemRule, Policy } from "./policy.ts";
import type { Circumstances, JobConfirmation, Question } from "./question.ts";
import { refuseMember } from "./refuse-member.ts";

/**
 * Requires the word of somebody other than a core that this certificate was ordered, as the rule of its item wants it: the origin signature of a
 * department's system, or the confirmation of an officer, whom it returns. A console's origin signature, which a core makes, is none where
 * officers confirm. Throws `ORIGIN_MISSING`, `POLICY_REFUSED` for what the rule does not want, and what {@link verifyOrigin} and
 * {@link verifyConfirmation} do.
 */
export function requireWord(
  policy: Policy,
  { origin: rule }: ItemRule,
  { message, origin, confirmation }: Question,
  { node, now, clockSkewSeconds, officers }: Circumstances,
): Confirmed | undefined {
  const { app, itemCode } = message.metadata;
  const { originKeys: keys, originMaxAgeSeconds: maxAgeSeconds } = policy;
  const limits = { maxAgeSeconds, maxSkewSeconds: clockSkewSeconds };
  if (confirmation) {
    if (origin) throw surplus(confirmation, "an order is signed by a system or confirmed by an officer, not both");
    if (rule === "required") throw surplus(confirmation, `officers do not confirm item ${itemCode}`);
    const list = officers.of(app);
    if (!list) throw noList(app);
    const statement = originStatementOf(message, confirmation.signedAt, confirmation.numberGiven);
    return verifyConfirmation({ list, ...limits }, confirmation, statement, now);
  }
  const byCore = rule === "officer" && isConsoleApp(node, app);
  if (origin && !byCore) {
    const statement = originStatementOf(message, origin.signedAt, origin.numberGiven);
    verifyOrigin({ keys, ...limits }, { keyId: origin.keyId, signature: origin.signature, statement }, now);
    return undefined;
  }
  if (rule === "attested") return undefined;
  throw byCore ? unconfirmed(itemCode, app) : unsigned(itemCode, app);
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
