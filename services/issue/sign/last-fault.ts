import type { CallContext } from "../../call/chain/service.ts";
import { instantOf } from "../../domain/instant.ts";
import type { Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import { rightTime } from "../../host/right-time.ts";
import type { IssueContext } from "../context.ts";

/**
 * What somebody has to mend before a made certificate can be issued. Not among them: what the caller does wrong himself or repeats at once (an origin
 * signature that is too old, a lost race, a full queue), and what keeps the node itself from writing (its store, its clock, an older copy).
 */
const IN_THE_WAY: ReadonlySet<Reason> = new Set<Reason>([
  "AGENT_AWAY",
  "DEVICE_AWAY",
  "DEVICE_FAULT",
  "JOURNAL_BEHIND",
  "DEADLINE_EXCEEDED",
  "POLICY_REFUSED",
  "ORIGIN_KEY_UNKNOWN",
  "DATA_MISMATCH",
  "FACE_MISMATCH",
  "DOCUMENT_MISSING",
  "SIGNER_EXPIRED",
  "SIGNER_REVOKED",
  "SIGNER_UNTRUSTED",
  "SIGNATURE_INVALID",
  "SEAL_UNKNOWN",
  "SEAL_UNBOUND",
  "SEAL_UNCONFIRMED",
  "TIME_STAMP_AWAY",
  "TIME_STAMP_BAD",
  "ITEM_NOT_OPENED",
  "ITEM_NOT_YET_OPEN",
  "ITEM_RETIRED",
  "OPENING_SUSPENDED",
  "DAY_LIMIT_REACHED",
  "DEPARTMENT_CLOSED",
  "PEER_AWAY",
]);

/** Milliseconds within which the same reason is not written again: a system that asks on and on costs no write each time. */
const SAME_MS = 60_000;
/** Characters of each sentence, at most. */
const LONGEST = 1_000;

/**
 * Issues a certificate, and where something was in the way of that, keeps it with the certificate, durable before the caller is refused: whoever looks at
 * what waits is told why. Nothing is read or written for it where the certificate is issued. Throws what `issue` throws, whether that could be kept or not.
 */
export async function keepingFault<T>(
  context: Pick<IssueContext, "certificates" | "runtime">,
  call: Pick<CallContext, "requestId">,
  identifier: string,
  issue: () => Promise<T>,
): Promise<T> {
  try {
    return await issue();
  } catch (error) {
    if (error instanceof Refusal && isInTheWay(error)) {
      await keep(context, call, identifier, error).catch((fault: unknown) => {
        const told = { error: fault, identifier, reason: error.reason };
        context.runtime.log.warn(told, "why a certificate was not issued could not be kept with it");
      });
    }
    throw error;
  }
}

async function keep(
  { certificates, runtime }: Pick<IssueContext, "certificates" | "runtime">,
  { requestId: callId }: Pick<CallContext, "requestId">,
  identifier: string,
  { reason, message, localized }: Refusal,
): Promise<void> {
  const now = rightTime(runtime);
  const fault = { reason, message: cut(message), localized: cut(localized), at: now.toISOString(), callId };
  await certificates.update(identifier, (document) => {
    const { state, lastFault } = document;
    const isSame = lastFault?.reason === reason && Math.abs(now.getTime() - instantOf(lastFault.at)) < SAME_MS;
    return state === "made" && !isSame ? { ...document, lastFault: fault } : undefined;
  });
}

function cut(sentence: string): string {
  return sentence.slice(0, LONGEST).toWellFormed();
}

/** What waits for its confirmation on the page of the agent's own host is on its way, and nothing stands in it. */
function isInTheWay({ reason, metadata }: Refusal): boolean {
  return IN_THE_WAY.has(reason) && metadata.page === undefined;
}
