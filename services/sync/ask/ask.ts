import type { CallOptions, Client } from "@connectrpc/connect";
import { ExchangeService } from "../../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import { type CallContext, onBehalf } from "../../call/chain/service.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { SyncOptions } from "../options.ts";
import { type Breaker, createBreaker, isAway } from "./breaker.ts";

/** A question to one peer, `node`. */
export type Question<T> = (exchange: Client<typeof ExchangeService>, options: CallOptions, node: string) => Promise<T>;

/** What came of asking a peer: its answer, that it could not be asked, or that it refuses. */
export type Answer<T> =
  | { node: string; answer: T }
  | { node: string; away: unknown }
  | { node: string; refused: Refusal };

/** Asks other nodes (5.7.4). */
export interface Ask {
  /** Asks one node, within the time that is left to the caller. Throws what it refuses, `PEER_AWAY` where it is away. */
  one<T>(node: string, call: CallContext, question: Question<T>): Promise<T>;
  /**
   * Asks several at the same time and waits `askMs` for each, up to `missingMs` where nothing could stand for its answer (`missingAt`), as far as the
   * caller can still be told then who did not answer. Throws nothing that one of them says: it stops none of the others.
   */
  all<T>(
    nodes: readonly string[],
    call: CallContext,
    question: Question<T>,
    missingAt?: (node: string) => boolean,
  ): Promise<Answer<T>[]>;
}

/** What {@link createAsk} waits for. */
type AskTimes = Pick<SyncOptions, "askMs" | "missingMs" | "breakAfter" | "breakMs">;

/** What of the caller's time may be spent on nodes that may be silent. */
const SHARE = 3 / 4;

/** Creates the asking; each peer has a breaker. */
export function createAsk(
  runtime: Pick<Runtime, "client" | "monotonic">,
  { askMs, missingMs, breakAfter, breakMs }: AskTimes,
): Ask {
  const breakers = new Map<string, Breaker>();

  function breakerOf(node: string): Breaker {
    const known = breakers.get(node);
    if (known) return known;
    const made = createBreaker(node, breakAfter, breakMs, runtime.monotonic);
    breakers.set(node, made);
    return made;
  }

  function ask<T>(node: string, question: Question<T>, options: CallOptions): Promise<T> {
    const exchange = runtime.client(ExchangeService, { peer: node, service: "sync" });
    return breakerOf(node).call(() => question(exchange, options, node));
  }

  return {
    one: (node, call, question) => ask(node, question, onBehalf(call)),
    all: (nodes, call, question, missingAt = () => false) =>
      Promise.all(nodes.map((node) => answerOf(node, call, question, missingAt(node)))),
  };

  async function answerOf<T>(
    node: string,
    call: CallContext,
    question: Question<T>,
    missing: boolean,
  ): Promise<Answer<T>> {
    const options = onBehalf(call);
    const left = options.timeoutMs ?? Number.POSITIVE_INFINITY;
    const longest = missing ? Math.max(askMs, Math.min(missingMs, left * SHARE)) : askMs;
    try {
      return { node, answer: await ask(node, question, { ...options, timeoutMs: Math.min(longest, left) }) };
    } catch (error) {
      if (call.signal.aborted) throw error;
      if (isAway(error)) return { node, away: error };
      if (error instanceof Refusal) return { node, refused: error };
      throw error;
    }
  }
}
