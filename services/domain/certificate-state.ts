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
 * The state that an action leads to. Throws `STATE_CONFLICT` where the state does not allow it; metadata name the state,
 * the action and what is allowed. Whether a repeated action is answered as done is for the caller to decide first.
 */
export function transition(state: CertificateState, action: CertificateAction): CertificateState {
  const next = TRANSITIONS[state][action];
  if (next !== undefined) return next;
  const allowed = Object.keys(TRANSITIONS[state]).join(", ");
  const remedy = allowed === "" ? "nothing more can be done with it" : `it can be: ${allowed}`;
  throw new Refusal("STATE_CONFLICT", `cannot ${action} a certificate that is ${state}; ${remedy}`, {
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
