import type { Heartbeat } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { Runtime } from "../../node/runtime.ts";

/** Milliseconds between two lines about one agent's journal. */
const EVERY_MS = 60_000;

/** Puts the heads of agents' journals into this node's own evidence (5.9.5). */
export interface JournalWitness {
  heard(agent: string, heartbeat: Heartbeat): void;
}

/**
 * Creates a witness: a head that has grown is written down once a minute at most. An agent that later rewrites its journal
 * is given away by a head that its chain does not pass through.
 */
export function createJournalWitness({
  evidence,
  log,
  monotonic,
}: Pick<Runtime, "evidence" | "log" | "monotonic">): JournalWitness {
  const last = new Map<string, { at: number; hash: string }>();
  return {
    heard(agent, { journalEntries, journalHash }) {
      const at = monotonic();
      const before = last.get(agent);
      if (journalHash === "" || before?.hash === journalHash || (before && at - before.at < EVERY_MS)) return;
      last.set(agent, { at, hash: journalHash });
      const line = { agent, entries: Number(journalEntries), hash: journalHash };
      evidence.append("agent-journal", line).catch((error: unknown) => {
        log.error({ error, agent }, "the agent's journal could not be witnessed");
      });
    },
  };
}
