import type { Client } from "@connectrpc/connect";
import type { GetStandingResponse, StandingService } from "../../proto/gen/ecert/sync/v1/standing_service_pb.ts";
import { begunAfter } from "../base/begun-after.ts";
import { pause } from "../base/pause.ts";
import { Refusal } from "../domain/refusal.ts";
import type { Logger } from "../host/log.ts";
import { isBeyond, nameOf, type StandingName } from "./standing-name.ts";

/** Where this node stands against what others have seen of it (services/README.md, "An older copy"). */
export interface NodeStanding {
  /**
   * Resolves where this node may give out something new: a certificate, a version, a record. Waits for the first comparison after the
   * start, at most 10 s; a peer that is away stops nobody. Throws `NODE_BEHIND` with the remedy, never by an answer from before the call:
   * who was told that a recovery has ended may order at once.
   */
  require(): Promise<void>;
  /** Resolves when the first comparison after the start was made or nobody could be asked, at most 10 s after it. Never throws. */
  first(): Promise<void>;
  /** As the sync service has told last, at most 2 s ago while it can be asked. */
  current(): StandingName;
}

/**
 * Whether a node does not know what it has given out last: what it says of its own certificates may have changed since. Waits for
 * {@link NodeStanding.first}: until then an older copy does not know that it is one.
 */
export async function isOutdated({ standing }: { standing: NodeStanding }): Promise<boolean> {
  await standing.first();
  return isBeyond({ standing: standing.current() });
}

/** Of a node that nobody has seen anything of. */
export const ALWAYS_LEVEL: NodeStanding = { require: async () => {}, first: async () => {}, current: () => "level" };

/** Longest that a call waits for the first answer after this process has started, milliseconds. */
const FIRST_MS = 10_000;
/** Longest that the sync service may take for an answer: it waits for its peers, at most {@link FIRST_MS}. */
const PATIENCE_MS = FIRST_MS + 5_000;
const EVERY_MS = 2_000;
/** Pause after a failure before anything was told: services of a process start one after the other. */
const AGAIN_MS = 200;

/** What {@link followStanding} needs. */
export interface StandingParts {
  sync: Pick<Client<typeof StandingService>, "getStanding">;
  log: Logger;
  /** Told each answer, and the milliseconds that it took. */
  onAnswer?: (answer: GetStandingResponse, tookMs: number) => void;
  /** Ends the questions. */
  signal: AbortSignal;
}

/**
 * Asks the node's sync service again and again where the node stands. When it cannot be asked, what it told last stays in force; when it
 * has told nothing 10 s after the start, calls are let through: the agents have seen what was signed, and refuse.
 */
export function followStanding({ sync, log, onAnswer = () => {}, signal }: StandingParts): NodeStanding {
  let known: { standing: StandingName; detail: string } | undefined;
  const told = Promise.withResolvers<void>();
  const late = pause(FIRST_MS, signal, { ref: false });
  const first = Promise.race([told.promise, late]);
  const askedNow = begunAfter(() => ask(0));
  void follow();

  async function ask(waitMs: number): Promise<void> {
    try {
      const asked = performance.now();
      const answer = await sync.getStanding({ waitMs }, { signal, timeoutMs: PATIENCE_MS });
      const { standing, detail } = answer;
      onAnswer(answer, performance.now() - asked);
      known = { standing: nameOf(standing), detail };
    } catch (error) {
      // A sync service of before knows no such question.
      if (error instanceof Refusal && error.reason === "UNIMPLEMENTED") known = { standing: "level", detail: "" };
      else log.debug({ cause: String(error) }, "the sync service does not tell where this node stands");
    }
  }

  async function follow(): Promise<void> {
    while (!signal.aborted) {
      await ask(known ? 0 : FIRST_MS);
      if (known) told.resolve();
      await pause(known ? EVERY_MS : AGAIN_MS, signal, { ref: false });
    }
  }

  return {
    current: () => known?.standing ?? "uncompared",
    first: () => first,
    async require() {
      await first;
      if (!known || !isBeyond(known)) return;
      await askedNow();
      if (isBeyond(known)) throw behind(known.detail);
    },
  };
}

/** A handler that serves only while the node may give out something new. */
export function whileLevel<I, C, O>(
  standing: NodeStanding,
  handler: (request: I, call: C) => O | Promise<O>,
): (request: I, call: C) => Promise<O> {
  return async (request, call) => {
    await standing.require();
    return handler(request, call);
  };
}

function behind(detail: string): Refusal {
  const message = `this node was started from an older copy of itself and would give something out twice: ${detail}`;
  const remedy = "run `ecert recover` at this node: it brings back what the copy lacks";
  return new Refusal("NODE_BEHIND", message, {
    fields: [
      {
        field: "",
        description: message,
        remedy,
        localized: "本节点是由较旧的副本启动的，会重复发放，请在本节点执行ecert recover",
      },
    ],
  });
}
