import type { JournalMark } from "../proto/gen/ecert/agent/v1/agent_service_pb.ts";
import { BoundedMemory } from "../services/base/bounded-memory.ts";
import type { JsonObject } from "../services/domain/canonical.ts";
import type { ChainEntry, ChainHead } from "../services/domain/hash-chain.ts";
import { Refusal } from "../services/domain/refusal.ts";
import type { Logger } from "../services/host/log.ts";
import type { Journal } from "../services/journal/journal.ts";
import type { IndexFile } from "./index-file.ts";
import { hashAt } from "./journal-hash.ts";

/** An entry that a core has seen in this agent's journal. Where the hash is empty, it knows the number alone. */
export interface SeenHead extends ChainHead {
  core: string;
}

/** Whether this agent's journal is the one that cores have seen, or an older copy of it. */
export interface JournalStanding {
  /** The last entry, to be told to cores; it is remembered as told. */
  head(): ChainHead;
  /**
   * A core told the last entry that it has seen: from then on {@link refusal} is set, durably, unless the journal has exactly this entry.
   * What stands in files that were moved away is not judged.
   */
  judge(core: string, mark: JournalMark | undefined): Promise<void>;
  /** Why nothing is signed: `JOURNAL_BEHIND`, until the right journal is put back or a person decides. */
  refusal(): Refusal | undefined;
  /** The entry that a person gave up last. */
  givenUp(): ChainHead | undefined;
}

/** What the standing is judged with. */
export interface StandingParts {
  index: Pick<IndexFile, "document" | "putDocument">;
  journal: Pick<Journal, "head">;
  directory: string;
  name: string;
  log: Pick<Logger, "error" | "warn">;
}

/** Documents of the index: the head that the journal lacks, and the one that was given up. */
const BEHIND = "journal-behind";
const GIVEN_UP = "journal-given-up";
/** Heads that are remembered as told: cores tell them back at each connection. */
const TOLD = 1_000;

/** Opens the standing. What was undecided stays so, unless the journal has the entry now. */
export async function openJournalStanding(parts: StandingParts): Promise<JournalStanding> {
  const { index, journal, log } = parts;
  const told = new BoundedMemory<number, string>(TOLD);
  let behind = readHead(index, BEHIND) as SeenHead | undefined;

  async function holds({ n, hash }: ChainHead): Promise<boolean> {
    const head = journal.head();
    if (!Number.isSafeInteger(n) || n > head.n) return false;
    if (n === 0 || hash === "" || told.get(n) === hash) return true;
    const found = n === head.n ? head.hash : await hashAt(parts.directory, parts.name, n);
    if (found === undefined) log.warn({ entry: n }, "a core knows an entry of the journal whose file was moved away");
    else told.set(n, found);
    return found === undefined || found === hash;
  }

  if (behind && (await holds(behind))) {
    index.putDocument(BEHIND, new Uint8Array());
    behind = undefined;
  }

  return {
    head() {
      const head = journal.head();
      told.set(head.n, head.hash);
      return head;
    },
    async judge(core, mark) {
      if (!mark) return;
      const seen = { n: Number(mark.entry), hash: mark.hash, core };
      if ((await holds(seen)) || (behind && behind.n >= seen.n)) return;
      behind = seen;
      log.error({ core, entry: seen.n, head: journal.head().n }, behindOf(seen).message);
      index.putDocument(BEHIND, Buffer.from(JSON.stringify(seen)));
    },
    refusal: () => behind && behindOf(behind),
    givenUp: () => readHead(index, GIVEN_UP),
  };
}

/** The head that is undecided, for `journal accept`. */
export function undecidedHead(index: Pick<IndexFile, "document">): SeenHead | undefined {
  return readHead(index, BEHIND) as SeenHead | undefined;
}

/** Takes over from an entry of the journal that a person gave up a head. */
export function noteDecision(index: Pick<IndexFile, "document" | "putDocument">, { kind, body }: ChainEntry): void {
  const givenUp = body.givenUp as (JsonObject & ChainHead) | undefined;
  if (kind !== "accepted" || givenUp === undefined) return;
  const { n, hash } = givenUp;
  index.putDocument(GIVEN_UP, Buffer.from(JSON.stringify({ n, hash })));
  const behind = readHead(index, BEHIND);
  if (behind && behind.n === n && behind.hash === hash) index.putDocument(BEHIND, new Uint8Array());
}

function readHead(index: Pick<IndexFile, "document">, name: string): ChainHead | undefined {
  const content = index.document(name);
  if (!content || content.length === 0) return undefined;
  return JSON.parse(new TextDecoder().decode(content)) as ChainHead;
}

function behindOf({ n, hash, core }: SeenHead): Refusal {
  const what = `core ${core} has seen entry ${n} of this agent's journal, which the journal does not have: it was put back from an older copy, or is another one`;
  const remedy =
    "put the right journal back; where there is none, stop the agent and decide with `journal accept` on its host";
  return new Refusal("JOURNAL_BEHIND", `${what}: ${remedy}`, {
    metadata: { core, entry: String(n), hash },
    fields: [
      {
        field: "",
        description: what,
        remedy,
        localized: "签名代理的日志是较旧的副本，请放回正确的日志；如已丢失，停止代理后由人工在其主机执行journal accept",
      },
    ],
  });
}
