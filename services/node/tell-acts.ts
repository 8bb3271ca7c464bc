import { ActIntakeService } from "../../proto/gen/ecert/supervision/v1/audit_service_pb.ts";
import { createBell } from "../base/bell.ts";
import { pause } from "../base/pause.ts";
import { isAct } from "../domain/act.ts";
import { CHAIN_ROOT, type ChainEntry, type ChainHead } from "../domain/hash-chain.ts";
import type { Logger } from "../host/log.ts";
import { EVIDENCE } from "../journal/evidence.ts";
import { readJournal } from "../journal/read-journal.ts";
import type { Runtime } from "./runtime.ts";

/** Where the lines of one service process are, and who tells of them. */
export interface ActsParts {
  /** Folder of its evidence. */
  directory: string;
  /** Name of the process among all of the node. */
  stream: string;
  client: Runtime["client"];
  log: Logger;
  signal: AbortSignal;
}

/** Tells what was done to the service that keeps it for those who audit. */
export interface TellActs {
  /** A line of evidence that is durable. */
  add(entry: ChainEntry): void;
  /** Resolves when nothing more is told; the signal has aborted. */
  ended: Promise<void>;
}

/** Lines in memory at most; what came meanwhile is read from disk. */
const MAX_WAITING = 10_000;
/** Lines and bytes of a call at most; a line may be longer by itself. */
const MAX_LINES = 400;
const MAX_BYTES = 1 << 20;
/** Lines that come one behind the other are told together, milliseconds. */
const GATHER_MS = 250;
/** Pause behind a call that failed, and between two looks at whether what was told is still there. */
const AWAY_MS = 2_000;
const LOOK_MS = 30_000;

/**
 * Tells the lines of a service process, in their order and from the first on, so that they can be found by certificate, person and department. The keeper says
 * how far it has come; where its store went back it says less, and is told again from there; a journal that was begun anew is told as a whole. Nothing is lost
 * by whoever ends in between, and nothing is kept twice. Holds up nothing: while the keeper is away, lines wait on disk.
 */
export function tellActs({ directory, stream, client, log, signal }: ActsParts): TellActs {
  const keeper = client(ActIntakeService, "supervision");
  const bell = createBell();
  let waiting: Line[] = [];
  /** As far as the keeper has come; unknown at first, and where it had other lines than it was told. */
  let told: ChainHead | undefined;

  return {
    add(entry) {
      waiting.push(lineOf(entry));
      // What was dropped leaves a gap, by which it is read from disk.
      if (waiting.length > MAX_WAITING) waiting = [];
      bell.ring();
    },
    ended: run(),
  };

  async function run(): Promise<void> {
    for (let looked = performance.now(); !signal.aborted; ) {
      try {
        told ??= await caughtUp();
        await tellWaiting();
        if (performance.now() - looked > LOOK_MS) {
          looked = performance.now();
          await tell([], told);
        }
        if (!told) continue;
        await bell.wait(LOOK_MS, signal);
        await pause(GATHER_MS, signal, { ref: false });
      } catch (error) {
        if (signal.aborted) return;
        log.debug({ cause: String(error) }, "what was done cannot be told now");
        await pause(AWAY_MS, signal, { ref: false });
      }
    }
  }

  async function tellWaiting(): Promise<void> {
    while (told && waiting.length > 0 && !signal.aborted) {
      const known: ChainHead = told;
      const entries = waiting.filter(({ n }) => n > known.n);
      if (entries.length === 0) waiting = [];
      else if (entries[0]?.n !== known.n + 1) told = await caughtUp();
      else {
        const some = firstOf(entries);
        await tell(some, some.at(-1) as Line);
        waiting = waiting.filter(({ n }) => n > (told?.n ?? 0));
      }
    }
  }

  /** Tells what is on disk behind that which the keeper has; all of it where the keeper has nothing, or speaks of another journal. */
  async function caughtUp(): Promise<ChainHead> {
    const { n, hash } = await keeper.takeActs({ stream }, { signal });
    const known = { n: Number(n), hash };
    const behind = known.n > 0 ? await tellFrom(known) : undefined;
    return behind ?? (await tellFrom(CHAIN_ROOT)) ?? CHAIN_ROOT;
  }

  /** Resolves to the last entry on disk; `undefined` where the journal does not have the one from which to go on. */
  async function tellFrom(known: ChainHead): Promise<ChainHead | undefined> {
    const isAll = known.n === 0;
    let [isThere, reached] = [isAll, known];
    let restarts = isAll;
    let piece: Line[] = [];
    const flush = async () => {
      while (piece.length > 0) {
        const some = firstOf(piece);
        await tell(some, some.at(-1) as Line, restarts);
        restarts = false;
        piece = piece.slice(some.length);
      }
    };
    const visit = (entry: ChainEntry) => {
      if (entry.n === known.n) isThere = entry.hash === known.hash;
      else if (isThere) piece.push(lineOf(entry));
      reached = entry;
    };
    await readJournal(directory, EVIDENCE, Math.max(1, known.n), visit, flush);
    await flush();
    return isThere ? { n: reached.n, hash: reached.hash } : undefined;
  }

  async function tell(entries: readonly Line[], head: ChainHead, restarts = false): Promise<void> {
    const lines = entries
      .filter(({ kind }) => isAct(kind))
      .map(({ n, time, kind, bodyJson }) => ({ n: BigInt(n), time, kind, bodyJson }));
    const at = { n: BigInt(head.n), hash: head.hash };
    const from = told ?? { n: (entries[0]?.n ?? head.n + 1) - 1 };
    const answer = await keeper.takeActs({ stream, lines, after: BigInt(from.n), head: at, restarts }, { signal });
    const isThere = answer.n === at.n && answer.hash === at.hash;
    if (told) told = isThere ? head : undefined;
    else if (!isThere) throw new Error(`the keeper has come to ${answer.n}, and was told ${at.n}`);
  }
}

/** An entry as it is told; its body is written once. */
interface Line extends Omit<ChainEntry, "body" | "prev"> {
  bodyJson: string;
}

function lineOf({ n, time, kind, body, hash }: ChainEntry): Line {
  return { n, time, kind, hash, bodyJson: JSON.stringify(body) };
}

function firstOf(lines: readonly Line[]): Line[] {
  let bytes = 0;
  const end = lines.findIndex(({ bodyJson }, place) => {
    bytes += bodyJson.length;
    return place > 0 && (place >= MAX_LINES || bytes > MAX_BYTES);
  });
  return end < 0 ? [...lines] : lines.slice(0, end);
}
