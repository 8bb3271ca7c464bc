import { pause } from "../../base/pause.ts";
import { type IdentifiedRequest, type SealedAnswer, seal, unseal } from "../../call/chain/sealed-answer.ts";
import { Refusal } from "../../domain/refusal.ts";
import { guardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import { insertNew } from "../../store/insert-new.ts";
import { type CollectionSpec, DuplicateKey, type Stored } from "../../store/port.ts";

/** How long an answer is given again, milliseconds. */
export const KEPT_MS = 24 * 3_600_000;
/** Answers kept at most. */
export const KEPT_MOST = 10_000;
const SWEEP_EVERY_MS = 10 * 60_000;
const SWEPT_AT_ONCE = 500;

/** An answer that is given again for the same request. `_id` is the digest of caller and request id. */
export interface KeptAnswer extends Stored, SealedAnswer {
  /** RFC 3339. */
  at: string;
  /** What was answered has taken place. Absent while that is open. */
  done?: true;
}

export const ANSWERS: CollectionSpec = { name: "identity_answers", indexes: [{ name: "at", fields: ["at"] }] };

/** Answers by request id: the same id with the same content gives the same answer for 24 hours. */
export interface KeptAnswers {
  /**
   * Answers a request once. `plan` decides on the answer, which is kept sealed before anything happens; `carryOut` then does it,
   * and does it again, with the answer that was kept, where a repetition finds that it was not seen to the end: so it MUST change
   * nothing the second time. Throws `REQUEST_ID_REUSED`, `RATE_EXCEEDED` beyond {@link KEPT_MOST}, and what `plan` and `carryOut`
   * refuse; of `REVISION_CONFLICT` nothing is kept.
   */
  once<T>(request: IdentifiedRequest, plan: () => Promise<T>, carryOut: (answer: T) => Promise<void>): Promise<T>;
  /** Keeps an answer that was kept elsewhere before, where there is none for its request. */
  carry(answer: KeptAnswer): Promise<void>;
  /** Ends the sweeping. */
  close(): Promise<void>;
}

/** Opens the collection and sweeps it until the process stops. */
export async function openKeptAnswers(runtime: Runtime): Promise<KeptAnswers> {
  const { store, setAside, now } = runtime;
  const stored = await store.collection<KeptAnswer>(ANSWERS);
  const parts = { collection: stored, setAside, place: "store", source: ANSWERS.name } as const;
  const answers = guardedCollection<KeptAnswer>({ ...parts, check: checkAnswer });
  const closing = new AbortController();
  const ended = AbortSignal.any([runtime.signal, closing.signal]);
  const sweeping = sweep();

  return {
    async once(request, plan, carryOut) {
      const kept = (await find(request)) ?? (await keep(request, await plan()));
      const answer = unseal(runtime, request, kept) as Awaited<ReturnType<typeof plan>>;
      if (kept.done) return answer;
      try {
        await carryOut(answer);
      } catch (error) {
        if (error instanceof Refusal && error.reason === "REVISION_CONFLICT")
          await answers.remove(kept._id, kept.revision);
        throw error;
      }
      // Somebody else with the same request may have been first; then it says so already.
      await answers.replace({ ...kept, done: true });
      return answer;
    },
    async carry({ _id, at, content, sealed, done }) {
      if (at <= oldest()) return;
      await insertNew(answers, { _id, revision: 1, at, content, sealed, ...(done && { done }) });
    },
    async close() {
      closing.abort();
      await sweeping;
    },
  };

  async function find({ digest }: IdentifiedRequest): Promise<KeptAnswer | undefined> {
    const found = await answers.get(digest);
    if (!found || found.at > oldest()) return found;
    await answers.remove(found._id, found.revision);
    return undefined;
  }

  async function keep(request: IdentifiedRequest, answer: unknown): Promise<KeptAnswer> {
    if ((await answers.count("at")) >= KEPT_MOST) {
      throw new Refusal("RATE_EXCEEDED", `more than ${KEPT_MOST} requests in 24 hours`, {
        retryAfterMs: SWEEP_EVERY_MS,
      });
    }
    const row = { _id: request.digest, revision: 1, at: now().toISOString(), ...seal(runtime, request, answer) };
    try {
      await answers.insert(row);
      return row;
    } catch (error) {
      const other = error instanceof DuplicateKey ? await answers.get(row._id) : undefined;
      if (other) return other;
      throw error;
    }
  }

  function oldest(): string {
    return new Date(now().getTime() - KEPT_MS).toISOString();
  }

  async function sweep(): Promise<void> {
    while (!ended.aborted) {
      try {
        // As they are stored: what cannot be read is removed with the rest.
        const { items } = await stored.query({ index: "at", to: oldest(), limit: SWEPT_AT_ONCE });
        for (const { _id, revision } of items) await answers.remove(_id, revision);
        if (items.length === SWEPT_AT_ONCE) continue;
      } catch (error) {
        runtime.log.warn({ error: String(error) }, "old answers could not be removed; trying again later");
      }
      await pause(SWEEP_EVERY_MS, ended, { ref: false });
    }
  }
}

/** Throws for a stored document that cannot be read. */
export function checkAnswer({ at, content, sealed }: KeptAnswer): void {
  if ([at, content, sealed].every((text) => typeof text === "string")) return;
  throw new Refusal("RECORD_UNREADABLE", "the kept answer lacks members or has wrong ones");
}
