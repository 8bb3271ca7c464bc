import type { SignedMark } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { createTurns } from "../../base/in-turn.ts";
import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import type { Collection, CollectionSpec, Stored } from "../../store/port.ts";

/** What an agent began to sign and this node does not know. `_id` is the identifier. */
export interface LostSignature extends Stored {
  agent: string;
  /** Number of the agent's journal entry. */
  entry: number;
  /** RFC 3339. */
  since: string;
  /** While it keeps its issuer from issuing. */
  open?: 1;
  /** When a person gave it up, RFC 3339, and who; kept so that no later hello brings it back. */
  acceptedAt?: string;
  acceptedBy?: string;
}

export const LOST_SIGNATURES: CollectionSpec = {
  name: "lost_signatures",
  indexes: [
    { name: "open", fields: ["open"] },
    { name: "agent", fields: ["agent"] },
  ],
};

/** Puts on the list what an agent has signed and this node does not know; `named` is all that its hello tells. */
export type PutLost = (agent: string, lost: readonly SignedMark[], named: readonly string[]) => Promise<void>;

/** Elements of one agent at most, given up or not: four hellos that have nothing in common. */
const OF_AGENT = 1_024;
/** Rows that are read at a time. */
const PAGE = 500;
/** Milliseconds between two lines about one agent whose elements find no room. */
const TELL_MS = 60_000;

/**
 * Creates what fills the list. Evidence and log tell what is put on it. No agent can fill it without a bound: beyond 1,024 elements the
 * ones that a person gave up and the agent names no more make room, and what finds none is told once a minute and agent, as a number.
 */
export function createLostRows(
  { evidence, log, now, monotonic }: Pick<Runtime, "evidence" | "log" | "now" | "monotonic">,
  collection: Collection<LostSignature>,
): PutLost {
  const toldAt = new Map<string, number>();
  // One after another, so that hellos that come together do not all find the same room.
  const inTurn = createTurns();

  async function put(agent: string, lost: readonly SignedMark[], named: readonly string[]): Promise<void> {
    const entries = lost.map(({ identifier, journalEntry }) => ({ identifier, entry: Number(journalEntry) }));
    const listed = entries.slice(0, await roomFor(agent, entries.length, new Set(named)));
    if (listed.length > 0) {
      log.error({ agent, lost: listed.length }, "an agent has signed certificates that this node does not know");
      await evidence.append("lost-signatures", { agent, lost: listed });
      const since = now().toISOString();
      for (const { identifier, entry } of listed)
        await insertNew(collection, { _id: identifier, revision: 1, agent, entry, since, open: 1 });
    }
    if (listed.length < entries.length) await tellBeyond(agent, entries.length - listed.length);
  }

  async function roomFor(agent: string, wanted: number, named: ReadonlySet<string>): Promise<number> {
    const room = async () => Math.max(0, OF_AGENT - (await collection.count("agent", [agent])));
    const free = await room();
    if (free >= wanted) return free;
    for (let after: string | undefined; ; ) {
      const page = { index: "agent", equals: [agent], limit: PAGE, ...(after !== undefined && { after }) };
      const { items, next } = await collection.query(page);
      for (const { _id, revision, open } of items)
        if (open === undefined && !named.has(_id)) await collection.remove(_id, revision);
      if (next === undefined) return room();
      after = next;
    }
  }

  async function tellBeyond(agent: string, beyond: number): Promise<void> {
    const before = toldAt.get(agent);
    if (before !== undefined && monotonic() - before < TELL_MS) return;
    toldAt.set(agent, monotonic());
    const what = "an agent tells of more certificates that this node does not know than the list takes of one agent";
    log.error({ agent, beyond }, what);
    await evidence.append("lost-signatures-beyond", { agent, beyond });
  }

  return (agent, lost, named) => inTurn(() => put(agent, lost, named));
}
