import type { Hello } from "../../../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import type { ChainHead } from "../../domain/hash-chain.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Stored } from "../../store/port.ts";

/** What this node has seen of an agent's journal. `_id` is the agent. */
export interface AgentHead extends Stored, ChainHead {
  /** Highest number of an entry that a result told, whose hash is not known where it is beyond `n`. */
  beyond: number;
  /** RFC 3339. */
  at: string;
}

/** What came of comparing a hello with what was seen. */
export interface JudgedHello {
  /**
   * The journal of the hello ends before what was seen, or differs there. Where another replica has heard the agent since it spoke, its
   * next heartbeat tells of that entry.
   */
  behind: boolean;
  /** What the agent is to look for in its journal; the hash is empty where only the number is known. */
  mark: ChainHead | undefined;
}

/** Throws `RECORD_UNREADABLE` where a stored row is not whole. */
export function requireHead({ n, hash, beyond, at }: AgentHead): void {
  const whole = isCount(n) && isCount(beyond) && typeof hash === "string" && typeof at === "string";
  if (!whole) throw new Refusal("RECORD_UNREADABLE", "the head of an agent's journal is not whole");
}

/** Judges a hello. One without a journal comes from an agent of an earlier version, of which nothing can be said. */
export function judged(known: AgentHead | undefined, { journal }: Pick<Hello, "journal">): JudgedHello {
  if (!known) return { behind: false, mark: undefined };
  const { n, hash, beyond } = known;
  if (!journal) return { behind: false, mark: { n, hash } };
  const told = Number(journal.entry);
  if (told >= n && told < beyond) return { behind: true, mark: { n: beyond, hash: "" } };
  return { behind: told < n || (told === n && journal.hash !== hash), mark: { n, hash } };
}

/** What counts from here on, where the agent says that a person gave up exactly what was seen of it. */
export function startsAnew(
  { _id, n, hash, beyond }: AgentHead,
  { journal, givenUp }: Pick<Hello, "journal" | "givenUp">,
  now: Date,
): Omit<AgentHead, "revision"> | undefined {
  if (!journal || !givenUp) return undefined;
  const entry = Number(givenUp.entry);
  const same = (entry === n && givenUp.hash === hash) || (entry === beyond && givenUp.hash === "");
  if (!same) return undefined;
  return { _id, n: Number(journal.entry), hash: journal.hash, beyond: 0, at: now.toISOString() };
}

/** What is to be stored, or `undefined` where nothing is newer than what is. */
export function grown(
  known: AgentHead | undefined,
  seen: Omit<AgentHead, "revision">,
): Omit<AgentHead, "revision"> | undefined {
  if (!known) return seen;
  if (seen.n <= known.n && seen.beyond <= known.beyond) return undefined;
  const head = seen.n > known.n ? seen : { ...known, at: seen.at };
  return { ...head, beyond: Math.max(seen.beyond, known.beyond) };
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
