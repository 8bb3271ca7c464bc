import { type Bell, createBell } from "../../base/bell.ts";
import type { TakenStep } from "../../domain/procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import type { GuardedCollection } from "../../event/guarded-collection.ts";
import type { Runtime } from "../../node/runtime.ts";
import type { CaseDocument, CaseFault } from "./case-record.ts";

/** How often a case that could not be carried out, or waits for something outside, is looked at again. */
const AGAIN_MS = 15_000;
const AT_ONCE = 100;

/** Work that cases leave to the node, by its name: gives the case one piece further, or `undefined` where there is nothing to be done yet. */
export type CaseWork<T> = Readonly<Record<string, (one: T, signal: AbortSignal) => Promise<T | undefined>>>;

/** Who carries cases out in the background. */
export interface Carrier {
  /** Looks for work now. */
  wake(): void;
  /** Carries out what there is, again and again until the signal aborts. */
  keep(signal: AbortSignal): Promise<void>;
  /** Looks at every case with work once. */
  once(signal: AbortSignal): Promise<void>;
}

/**
 * Makes a carrier of cases. What it does must be idempotent: after a crash, or beside another replica, it is done again. A refusal is kept with the case as
 * its fault, for people to see, and tried again.
 */
export function createCarrier<T extends CaseDocument<string, string>>(
  { log }: Pick<Runtime, "log">,
  collection: GuardedCollection<T>,
  work: CaseWork<T>,
): Carrier {
  const bell: Bell = createBell();

  async function carry(one: T, signal: AbortSignal): Promise<void> {
    const { fault: before, ...sound } = one;
    try {
      const after = await work[one.work as string]?.(one, signal);
      // Who was first wins: the other finds the case done, or does it again.
      const stored = after && (await collection.replace(after));
      if (stored?.work !== undefined && !signal.aborted) await carry(stored, signal);
      if (after) return;
      if (before) await collection.replace(sound as unknown as T);
    } catch (error) {
      if (signal.aborted) return;
      const fault = faultOf(error);
      log.warn(
        { case: one.case, reason: fault.reason, error: String(error) },
        "a case cannot be carried out; trying later",
      );
      if (JSON.stringify(fault) !== JSON.stringify(before)) await collection.replace({ ...one, fault });
    }
  }

  async function once(signal: AbortSignal): Promise<void> {
    for (const name of Object.keys(work)) {
      for (let after: string | undefined, more = true; more && !signal.aborted; ) {
        const query = { index: "work", equals: [name], limit: AT_ONCE, ...(after !== undefined && { after }) };
        const { items, next } = await collection.query(query);
        for (const one of items) if (!signal.aborted) await carry(one, signal);
        after = next;
        more = next !== undefined;
      }
    }
  }

  return {
    once,
    wake: () => bell.ring(),
    async keep(signal) {
      while (!signal.aborted) {
        try {
          await once(signal);
        } catch (error) {
          if (!signal.aborted) log.warn({ error: String(error) }, "cases cannot be carried out; trying later");
        }
        await bell.wait(AGAIN_MS, signal);
      }
    },
  };
}

/** A step that the node takes by itself. */
export function ownStep<Action extends string>(action: Action, { now }: Pick<Runtime, "now">): TakenStep<Action> {
  const nobody = { account: "", name: "", department: "", division: "" };
  return { action, ...nobody, at: now().toISOString(), remark: "" };
}

/** People see it with the case: what is no refusal may name hosts and stores, and goes to the log alone. */
function faultOf(error: unknown): CaseFault {
  if (error instanceof Refusal) return { reason: error.reason, message: error.message, localized: error.localized };
  return { reason: "INTERNAL", message: "internal error; the log of the node tells more", localized: "系统内部错误" };
}
