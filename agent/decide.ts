import { formatShanghaiTime, shanghaiDay } from "../services/domain/civil-date.ts";
import { instantOf } from "../services/domain/instant.ts";
import type { DataMessage, MessageMetadata } from "../services/domain/message.ts";
import { Refusal } from "../services/domain/refusal.ts";
import { isSandboxNode } from "../services/domain/sandbox.ts";
import type { Confirmed } from "../services/trust/officers/verify-confirmation.ts";
import { requireDelegated } from "./delegates.ts";
import { type ItemRule, itemRule, type Policy, type SealRule } from "./policy.ts";
import type { Circumstances, Question } from "./question.ts";
import { refuseMember } from "./refuse-member.ts";
import { requireWord, WAITS } from "./require-word.ts";

/** What was allowed. */
export interface Decision {
  seal: SealRule;
  item: ItemRule;
  /** Who has confirmed the order, where an officer has. */
  confirmed?: Confirmed;
  /** Nobody has yet, and it may wait for that on this host's page. */
  waits?: true;
}

/**
 * Decides whether the policy of this host lets a message be signed, and whether the department system asked for it. Pure: the same
 * question in the same circumstances has the same answer. Throws `Refusal`: `POLICY_REFUSED` whose metadata name the `member`,
 * `ORIGIN_MISSING` and the others of {@link requireWord}, or `SIGNER_EXPIRED`.
 */
export function decide(policy: Policy, question: Question, circumstances: Circumstances): Decision {
  const { metadata } = question.message;
  const { node, now, clockSkewSeconds } = circumstances;
  if (metadata.node !== node) throw refuseMember("metadata.node", metadata.node, `this agent serves node ${node}`);
  requireWorld(policy, node);
  const seal = sealOf(policy, question.message);
  requireApp(policy, metadata, now);
  checkTerm(seal, now);
  checkPreparedAt(metadata.preparedAt, now, clockSkewSeconds * 1000);
  const item = itemRule(policy, metadata.itemCode);
  const confirmed = requireWord(policy, item, question, circumstances);
  if (confirmed === WAITS) return { seal, item, waits: true };
  return { seal, item, ...(confirmed && { confirmed }) };
}

/** Seals of a sandbox sign for sandboxes alone, and real ones never do (6.2.4): the policy says which of both they are. */
function requireWorld({ sandbox }: Policy, node: string): void {
  if (isSandboxNode(node) === sandbox) return;
  throw refuseMember(
    "metadata.node",
    node,
    sandbox
      ? "the seals of this policy are for a sandbox alone"
      : "the seals of this policy are real, the node is a sandbox",
    sandbox ? "take `sandbox` out, with real seals in it" : "write `sandbox` into a policy that has test seals alone",
    sandbox
      ? "本机策略仅用于沙箱，不能签发正式证照"
      : "本机策略用于正式印章，不能为沙箱签名；请使用仅含测试印章的沙箱策略",
  );
}

/** The seal of the message, if it is the one that signs the item for the issuer, and the issuer is named as the policy names it. */
function sealOf(policy: Policy, { metadata }: DataMessage): SealRule {
  const { itemCode, issuer } = metadata;
  const seal = policy.seals.get(metadata.seal);
  if (!seal)
    throw refuseMember(
      "metadata.seal",
      metadata.seal,
      "the seal is not in the policy",
      "add it to the policy of this host",
      `本机策略中没有印章${metadata.seal}，请在策略中加入`,
    );
  if (!seal.items.has(itemCode))
    throw refuseMember(
      "metadata.itemCode",
      itemCode,
      `seal ${seal.code} does not sign this item`,
      "add the item to the seal in the policy of this host",
      `本机策略中印章${seal.code}不用于目录项${itemCode}，请在策略中加入`,
    );
  const unit = seal.units.get(issuer.code);
  if (!unit)
    throw refuseMember(
      "metadata.issuer.code",
      issuer.code,
      `the issuer is not among the units of seal ${seal.code}`,
      "add the unit to the seal in the policy of this host",
      `本机策略中印章${seal.code}不用于单位${issuer.code}，请在策略中加入`,
    );
  const remedy = "write it the same way in the policy of this host and in the node's registry";
  for (const member of ["name", "division"] as const) {
    if (issuer[member] === unit[member]) continue;
    throw refuseMember(
      `metadata.issuer.${member}`,
      issuer[member],
      `the policy says ${unit[member]}`,
      remedy,
      `本机策略为${unit[member]}，请使策略与节点登记一致`,
    );
  }
  return seal;
}

/** The app is one of the department, for this item, or acts on the department's behalf in just this. */
function requireApp({ apps, delegates }: Policy, metadata: MessageMetadata, now: Date): void {
  const { app, itemCode } = metadata;
  const delegate = delegates.get(app);
  if (delegate) {
    requireDelegated(delegate, metadata, now);
    return;
  }
  if (!apps.has(app))
    throw refuseMember(
      "metadata.app",
      app,
      "the app is not in the policy",
      "add it to the policy of this host",
      `本机策略中没有应用${app}，请在策略中加入`,
    );
  if (apps.get(app)?.has(itemCode) === false) {
    throw refuseMember(
      "metadata.itemCode",
      itemCode,
      `app ${app} may not ask for this item`,
      "add the item to the app in the policy of this host",
      `本机策略不允许应用${app}申请目录项${itemCode}，请在策略中加入`,
    );
  }
}

function checkTerm({ code, signer }: SealRule, now: Date): void {
  const { notBefore, notAfter } = signer.parsed;
  if (now >= notBefore && now <= notAfter) return;
  const period = `${notBefore.toISOString()} to ${notAfter.toISOString()}`;
  throw new Refusal("SIGNER_EXPIRED", `the certificate of seal ${code} is valid from ${period}: renew it`, {
    metadata: { seal: code, notBefore: notBefore.toISOString(), notAfter: notAfter.toISOString() },
  });
}

/** What is signed tells the day on which it is signed (电子签发时间): not the future, and no earlier day. */
function checkPreparedAt(preparedAt: string, now: Date, skewMs: number): void {
  const time = new Date(instantOf(preparedAt));
  const refused = (why: string) => refuseMember("metadata.preparedAt", preparedAt, why);
  // One text for each second, so that no core chooses between several.
  if (Number.isNaN(time.getTime()) || formatShanghaiTime(time) !== preparedAt)
    throw refused("no time as it is written here");
  if (time.getTime() > now.getTime() + skewMs) throw refused("the message claims to be from the future");
  const earliest = shanghaiDay(new Date(now.getTime() - skewMs));
  if (shanghaiDay(time) < earliest) throw refused(`the message claims to be of a day before ${earliest}`);
}
