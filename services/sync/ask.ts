import type { CallOptions, Client } from "@connectrpc/connect";
import { ExchangeService } from "../../proto/gen/ecert/sync/v1/exchange_service_pb.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type CallContext, onBehalf } from "../runtime/service.ts";
import { type Breaker, createBreaker, isAway } from "./breaker.ts";
import type { SyncOptions } from "./options.ts";

/** A question to one peer. */
export type Question<T> = (exchange: Client<typeof ExchangeService>, options: CallOptions) => Promise<T>;

/** What came of asking a peer: its answer, or that it could not be asked. */
export type Answer<T> = { node: string; answer: T } | { node: string; away: unknown };

/** Asks other nodes (5.7.4). */
export interface Ask {
  /** Asks one node, within the time that is left to the caller. Throws what it refuses, `PEER_AWAY` where it is away. */
  one<T>(node: string, call: CallContext, question: Question<T>): Promise<T>;
  /** Asks several at the same time and waits `askMs` for each. Throws only what none of them being away explains. */
  all<T>(nodes: readonly string[], call: CallContext, question: Question<T>): Promise<Answer<T>[]>;
}

/** Creates the asking; each peer has a breaker. */
export function createAsk(runtime: Runtime, { askMs, breakAfter, breakMs }: SyncOptions): Ask {
  const breakers = new Map<string, Breaker>();

  function breakerOf(node: string): Breaker {
    const known = breakers.get(node);
    if (known) return known;
    const made = createBreaker(node, breakAfter, breakMs, runtime.now);
    breakers.set(node, made);
    return made;
  }

  function ask<T>(node: string, question: Question<T>, options: CallOptions): Promise<T> {
    const exchange = runtime.client(ExchangeService, { peer: node, service: "sync" });
    return breakerOf(node).call(() => question(exchange, options));
  }

  return {
    one: (node, call, question) => ask(node, question, onBehalf(call)),
    all: (nodes, call, question) =>
      Promise.all(
        nodes.map(async (node) => {
          const options = onBehalf(call);
          const timeoutMs = Math.min(askMs, options.timeoutMs ?? askMs);
          try {
            return { node, answer: await ask(node, question, { ...options, timeoutMs }) };
          } catch (away) {
            if (!isAway(away) || call.signal.aborted) throw away;
            return { node, away };
          }
        }),
      ),
  };
}
