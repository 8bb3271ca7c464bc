import { createTurns } from "../../base/in-turn.ts";
import { type Alarm, endingAlarm } from "../../domain/alarm.ts";
import { Refusal } from "../../domain/refusal.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import { listOf } from "../../store/pages-of.ts";
import type { Page } from "../../store/port.ts";
import { AGENTS, type AgentRow, checkRow, type Leave, linkOf, rowOf, standingOf } from "./agent-row.ts";
import type { AgentStream } from "./agent-stream.ts";

/** The agents that have ever been connected to this node, durably and for all replicas. What cannot be stored now is logged, and stops no agent. */
export interface AgentRoll {
  /** An agent has come to this replica. */
  came(stream: AgentStream): Promise<void>;
  /** It was heard: stored where its fault or its device is another one, and every 15 seconds. */
  heard(stream: AgentStream): Promise<void>;
  /** It has gone, and why. */
  left(stream: AgentStream, why: Leave): Promise<void>;
  list(limit: number, after: string): Promise<Page<AgentRow>>;
  /** Takes an agent off the list; false where it is not on it. Throws `STATE_CONFLICT` while it is connected. */
  forget(name: string): Promise<boolean>;
  /** Agents that are away or do not sign, and certificates of seals that end soon. */
  alarms(): Promise<Alarm[]>;
}

/** A sign of life is stored so often. */
const STORE_MS = 15_000;
/** Other replicas that may write in between. */
const TRIES = 10;

/** Opens the collection. A row that cannot be read is set aside, and begun anew when its agent comes again. */
export async function openAgentRoll(runtime: Runtime): Promise<AgentRoll> {
  const { store, setAside, log, now, monotonic, replica } = runtime;
  const collection = await store.collection<AgentRow>(AGENTS);
  const rows = guardedCollection({ collection, setAside, place: "store", source: AGENTS.name, check: checkRow });
  // What is told of one agent is stored in its order.
  const inTurn = createTurns();
  const storedAt = new Map<AgentStream, { at: number; told: string }>();

  async function change(name: string, next: (old: AgentRow | undefined) => AgentRow | undefined): Promise<void> {
    const patience = { tries: TRIES, spent: () => undefined };
    const step = () =>
      changeStored<AgentRow, AgentRow | undefined>(collection, name, (old) => next(readable(old)), patience);
    await inTurn(step).catch((error: unknown) => {
      log.warn({ agent: name, error: String(error) }, "how the agent stands cannot be stored now");
    });
  }

  /** Stores this replica's end of it. */
  async function put(stream: AgentStream): Promise<void> {
    storedAt.set(stream, { at: monotonic(), told: toldOf(stream) });
    await change(stream.agent, (old) =>
      storedAt.has(stream) ? rowOf(old, stream, { replica, at: now().toISOString() }) : old,
    );
  }

  return {
    came: put,
    async heard(stream) {
      const before = storedAt.get(stream);
      // One that has left is not brought back by what it said before.
      if (!before) return;
      if (monotonic() - before.at < STORE_MS && before.told === toldOf(stream)) return;
      await put(stream);
    },
    async left(stream, why) {
      storedAt.delete(stream);
      const at = now().toISOString();
      await change(stream.agent, (old) => {
        const own = old && linkOf(old, replica);
        // It has dialled this replica again already.
        if (!old || own?.stream !== stream.id) return old;
        const links = old.links.filter((link) => link !== own);
        return { ...old, links, seenAt: at, leftAt: at, leave: why };
      });
    },
    list: (limit, after) => rows.query({ index: "name", limit, ...(after && { after }) }),
    async forget(name) {
      const row = await collection.get(name);
      if (!row) return false;
      const old = readable(row);
      if (old && standingOf(old, now()).state !== "away") throw connected(name);
      if (await collection.remove(name, row.revision)) return true;
      throw new Refusal("REVISION_CONFLICT", `agent ${name} was changed meanwhile: repeat`, { retryAfterMs: 500 });
    },
    async alarms() {
      return (await listOf(rows, { index: "name" })).flatMap((row) => alarmsOf(row, now()));
    },
  };
}

function readable(row: AgentRow | undefined): AgentRow | undefined {
  try {
    if (row) checkRow(row);
    return row;
  } catch {
    // What stands there is replaced by what the agent tells now.
    if (!row) return row;
    const { device: _, ...rest } = row;
    return { ...rest, links: [], seals: [], seenAt: "", version: "" };
  }
}

/** What is stored at once where it is another. */
function toldOf({ fault = "", device }: AgentStream): string {
  return JSON.stringify([fault, device]);
}

function alarmsOf(row: AgentRow, at: Date): Alarm[] {
  const { state, since, reason, leave } = standingOf(row, at);
  const about = { urgent: true, subject: row.name, since };
  const stands: Alarm[] =
    state === "away"
      ? [{ kind: "AGENT_AWAY", ...about, ...(leave && { told: { leave } }) }]
      : state === "faulty"
        ? [{ kind: reason === "JOURNAL_BEHIND" ? "JOURNAL_BEHIND" : "DEVICE_FAULT", ...about, told: { reason } }]
        : [];
  const ending = row.seals.flatMap(({ seal, notAfter }) =>
    notAfter === "" ? [] : (endingAlarm("SEAL_CERTIFICATE_ENDING", seal, new Date(notAfter), at) ?? []),
  );
  return [...stands, ...ending];
}

function connected(name: string): Refusal {
  return new Refusal("STATE_CONFLICT", `agent ${name} is connected: stop it first`, {
    localizedDetail: `签名代理${name}在线，请先在其主机停止再移除`,
  });
}
