import type { Hello } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { ChainHead } from "../../domain/hash-chain.ts";
import { createRowReader } from "../../event/row-reader.ts";
import type { Runtime } from "../../node/runtime.ts";
import { compareAndSet, untilStored } from "../../store/compare-and-set.ts";
import type { CollectionSpec } from "../../store/port.ts";
import { type AgentHead, grown, type JudgedHello, judged, requireHead, startsAnew } from "./judge-head.ts";

export const AGENT_HEADS: CollectionSpec = { name: "agent_heads", indexes: [] };

/** The newest entry of each agent's journal that this node has seen, durably and for all replicas. */
export interface AgentHeads {
  /**
   * Compares the journal of an agent that introduces itself with what was seen of it. Where a person has given up exactly that, what the
   * agent has now is what counts from here on, and evidence says so.
   */
  judge(hello: Pick<Hello, "agent" | "journal" | "givenUp">): Promise<JudgedHello>;
  /** A heartbeat told the last entry. False: another hash was seen under this number, so it is another journal. */
  heard(agent: string, head: ChainHead): boolean;
  /** A result told the number of an entry. */
  signed(agent: string, entry: number): void;
  /** The agent has left: what was seen of it is stored now. */
  left(agent: string): Promise<void>;
}

/** What was seen on a stream, and when it was stored last. */
interface Seen {
  head: ChainHead;
  beyond: number;
  storing: Promise<void>;
  timer: NodeJS.Timeout | undefined;
  storedAt: number;
}

/** What was seen of one agent is stored so often at most. */
const EVERY_MS = 2_000;
/** Other replicas that may write in between. */
const TRIES = 10;

/** Opens the collection. A row that cannot be read is set aside and begun anew with what the agent tells next. */
export async function openAgentHeads({ store, setAside, evidence, log, now }: Runtime): Promise<AgentHeads> {
  const collection = await store.collection<AgentHead>(AGENT_HEADS);
  const rows = createRowReader({
    setAside,
    place: "store",
    source: AGENT_HEADS.name,
    collection,
    read(row: AgentHead) {
      requireHead(row);
      return row;
    },
  });
  const seen = new Map<string, Seen>();

  async function persist(agent: string, { head, beyond }: Seen): Promise<void> {
    const step = async () => {
      const { stored, row: known } = await rows.at(agent);
      const next = grown(known, { _id: agent, ...head, beyond, at: now().toISOString() });
      return !next || (await compareAndSet(collection, stored, { ...next, revision: 1 })) ? true : undefined;
    };
    await untilStored(step, { tries: TRIES, spent: () => true });
  }

  function storeSoon(agent: string, one: Seen): void {
    if (one.timer) return;
    const wait = Math.max(0, one.storedAt + EVERY_MS - performance.now());
    one.timer = setTimeout(() => void flush(agent, one), wait).unref();
  }

  function flush(agent: string, one: Seen): Promise<void> {
    clearTimeout(one.timer);
    one.timer = undefined;
    one.storedAt = performance.now();
    one.storing = persist(agent, one).catch((cause: unknown) => {
      log.error({ agent, cause }, "the head of the agent's journal cannot be stored");
    });
    return one.storing;
  }

  async function left(agent: string): Promise<void> {
    const one = seen.get(agent);
    if (one?.timer) await flush(agent, one);
    await one?.storing;
  }

  function seenOf(agent: string): Seen {
    const one = seen.get(agent) ?? {
      head: { n: 0, hash: "" },
      beyond: 0,
      storing: Promise.resolve(),
      timer: undefined,
      storedAt: Number.NEGATIVE_INFINITY,
    };
    seen.set(agent, one);
    return one;
  }

  return {
    async judge(hello) {
      const { agent } = hello;
      await left(agent);
      seen.delete(agent);
      const step = async () => {
        const { stored, row: head } = await rows.at(agent);
        const next = head && startsAnew(head, hello, now());
        if (!head || !next) return judged(head, hello);
        await evidence.append("agent-journal-given-up", {
          agent,
          entry: head.n,
          hash: head.hash,
          beyond: head.beyond,
          from: next.n,
          fromHash: next.hash,
        });
        if (!(await compareAndSet(collection, stored, { ...next, revision: 1 }))) return undefined;
        log.warn({ agent, entry: head.n, from: next.n }, "a person let the agent go on with an older journal");
        return judged(next as AgentHead, hello);
      };
      return untilStored(step, { tries: TRIES, spent: async () => judged((await rows.at(agent)).row, hello) });
    },
    heard(agent, head) {
      const one = seenOf(agent);
      if (head.n === one.head.n && head.hash !== one.head.hash && one.head.hash !== "") return false;
      if (head.n <= one.head.n) return true;
      one.head = head;
      storeSoon(agent, one);
      return true;
    },
    signed(agent, entry) {
      const one = seenOf(agent);
      if (entry <= one.beyond) return;
      one.beyond = entry;
      storeSoon(agent, one);
    },
    left,
  };
}
