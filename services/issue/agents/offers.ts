import { isReason, type Reason } from "../../domain/reason.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { AgentStream, PendingJob } from "./agent-stream.ts";
import type { SigningOrder } from "./signing-order.ts";

/** Advice to callers whom no agent can serve now. */
export const RETRY_MS = 2_000;

/** The streams that can take an order, if only once they have room. */
export function fitting(order: SigningOrder, streams: Iterable<AgentStream>): AgentStream[] {
  return [...streams].filter((stream) => {
    const offered = stream.offers.get(order.seal);
    return offered && !stream.draining && !stream.fault && Buffer.compare(offered, order.certificate) === 0;
  });
}

/** The stream with the most room in relation to its window, what this turn gives it included. */
export function leastLoaded(
  streams: readonly AgentStream[],
  batches: ReadonlyMap<AgentStream, PendingJob[]>,
): AgentStream | undefined {
  let best: AgentStream | undefined;
  let most = 0;
  for (const stream of streams) {
    const share = (stream.room - (batches.get(stream)?.length ?? 0)) / stream.window;
    if (share > most) [best, most] = [stream, share];
  }
  return best;
}

/** The streams that offer an order's seal, whatever else is wrong with them. */
export function offering({ seal }: SigningOrder, streams: Iterable<AgentStream>): AgentStream[] {
  return [...streams].filter((stream) => stream.offers.has(seal) && !stream.draining);
}

/** Why nobody can sign now, or `undefined` where somebody can, if only after a while. */
export function unavailable(order: SigningOrder, streams: ReadonlySet<AgentStream>): Refusal | undefined {
  if (fitting(order, streams).length > 0) return undefined;
  const { seal } = order;
  const offered = offering(order, streams);
  if (offered.length === 0) return away(seal, `no connected agent offers seal ${seal}`);
  const right = offered.filter(
    (stream) => Buffer.compare(stream.offers.get(seal) ?? order.certificate, order.certificate) === 0,
  );
  if (right.length === 0) {
    const agents = offered.map(({ agent }) => agent).join(", ");
    const message = `${agents} offers seal ${seal} with another signing certificate than the one that is bound to it`;
    return new Refusal("SIGNER_UNTRUSTED", message, { metadata: { seal, agents } });
  }
  const fault = right[0]?.fault ?? "";
  if (fault === "JOURNAL_BEHIND") return journalBehind(right[0]?.agent ?? "", seal);
  const reason: Reason = isReason(fault) ? fault : "DEVICE_AWAY";
  return new Refusal(reason, `the device for seal ${seal} is not healthy (${fault})`, {
    retryAfterMs: RETRY_MS,
    metadata: { seal },
  });
}

function journalBehind(agent: string, seal: string): Refusal {
  const description = `the journal of agent ${agent}, which signs for seal ${seal}, is an older copy of what was seen of it`;
  const remedy = "on its host the right journal is put back, or a person decides with `journal accept`";
  return new Refusal("JOURNAL_BEHIND", `${description}: ${remedy}`, {
    metadata: { seal, agent },
    fields: [
      {
        field: "",
        description,
        remedy,
        localized: `印章${seal}的签名代理${agent}的日志是较旧的副本，请在其主机放回正确的日志，或由人工执行journal accept`,
      },
    ],
  });
}

/** That no agent signs for a seal now, and that nothing is lost by it. */
export function away(seal: string, message: string): Refusal {
  return new Refusal("AGENT_AWAY", `${message}; the certificate stays made, issue it again later`, {
    retryAfterMs: RETRY_MS,
    metadata: { seal },
  });
}
