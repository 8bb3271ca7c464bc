import { Refusal } from "./refusal.ts";

/** States of a certificate at its issuer, from the stored intent to the end. */
export const CERTIFICATE_STATES = [
  "making",
  "made",
  "issued",
  "suspended",
  "revoked",
  "superseded",
  "discarded",
] as const;

/** One state of {@link CERTIFICATE_STATES}. */
export type CertificateState = (typeof CERTIFICATE_STATES)[number];

/** What is done to a certificate: 制证, 签发, 作废, 暂扣, 恢复, 注销, 换发. */
export type CertificateAction = "make" | "issue" | "discard" | "suspend" | "resume" | "revoke" | "supersede";

/** States in Chinese, as they stand in sentences for people; also what a certificate is worth on a day. */
export const STATE_NAMES: Readonly<Record<EffectiveState, string>> = {
  making: "制作中",
  made: "已制证、未签发",
  issued: "已签发",
  suspended: "已暂扣",
  revoked: "已注销",
  superseded: "已被换发",
  discarded: "已作废",
  notYetValid: "尚未生效",
  expired: "已过有效期",
};

const ACTION_NAMES: Readonly<Record<CertificateAction, string>> = {
  make: "制证",
  issue: "签发",
  discard: "作废",
  suspend: "暂扣",
  resume: "恢复",
  revoke: "注销",
  supersede: "换发",
};

/** From each state, what may be done and where it leads. What is not listed is refused. */
export const TRANSITIONS: Readonly<
  Record<CertificateState, Readonly<Partial<Record<CertificateAction, CertificateState>>>>
> = {
  making: { make: "made", discard: "discarded" },
  made: { issue: "issued", discard: "discarded" },
  issued: { suspend: "suspended", revoke: "revoked", supersede: "superseded" },
  suspended: { resume: "issued", revoke: "revoked" },
  revoked: {},
  superseded: {},
  discarded: {},
};

/**
 * The state that an action leads to. Throws `STATE_CONFLICT` where the state does not allow it, with the field that names the certificate;
 * metadata name the state, the action and what is allowed. Whether a repeated action is answered as done is for the caller to decide first.
 */
export function transition(state: CertificateState, action: CertificateAction, field: string): CertificateState {
  const next = TRANSITIONS[state][action];
  if (next !== undefined) return next;
  const actions = Object.keys(TRANSITIONS[state]) as CertificateAction[];
  const allowed = actions.join(", ");
  const description = `cannot ${action} a certificate that is ${state}`;
  const remedy = allowed === "" ? "nothing more can be done with it" : `it can be: ${allowed}`;
  const rest = allowed === "" ? "不能再办理任何业务" : `可以${actions.map((one) => ACTION_NAMES[one]).join("、")}`;
  const localized = `证照状态为“${STATE_NAMES[state]}”，不能${ACTION_NAMES[action]}；${rest}`;
  throw new Refusal("STATE_CONFLICT", `${description}; ${remedy}`, {
    fields: [{ field, description, remedy, localized }],
    metadata: { state, action, allowed },
  });
}

/** What a certificate is worth on a day: its state, or that its validity has not begun or is over. */
export type EffectiveState = CertificateState | "notYetValid" | "expired";

/**
 * The state as it counts on a civil day. First and last day of validity are inclusive; absent ones are open. An issued or
 * suspended certificate past its last day is expired, since nothing brings it back but a replacement.
 */
export function effectiveState(
  state: CertificateState,
  validity: { validFrom?: string; validTo?: string },
  day: string,
): EffectiveState {
  if (state !== "issued" && state !== "suspended") return state;
  if (validity.validTo !== undefined && day > validity.validTo) return "expired";
  if (state === "issued" && validity.validFrom !== undefined && day < validity.validFrom) return "notYetValid";
  return state;
}

/** Whether nothing follows a state; false for a text that is none. */
export function isFinal(state: string): boolean {
  return Object.hasOwn(TRANSITIONS, state) && Object.keys(TRANSITIONS[state as CertificateState]).length === 0;
}

/**
 * Whether actions lead from one state to another, at least one and at most so many. For those who see some of the states that a
 * certificate was in, and not all.
 */
export function isReachable(from: CertificateState, to: CertificateState, steps: number): boolean {
  let reached = new Set<CertificateState>([from]);
  // Longer ways lead nowhere else: there are no more states than that.
  for (let step = 1; step <= Math.min(steps, CERTIFICATE_STATES.length); step++) {
    reached = new Set([...reached].flatMap((state) => Object.values(TRANSITIONS[state])));
    if (reached.has(to)) return true;
  }
  return false;
}
