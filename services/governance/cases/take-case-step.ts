import { callerName } from "../../call/chain/caller.ts";
import type { CallContext } from "../../call/chain/service.ts";
import type { StaffActor } from "../../domain/actor.ts";
import { type Procedure, takeStep } from "../../domain/procedure.ts";
import { Refusal } from "../../domain/refusal.ts";
import { unread } from "../../domain/unread.ts";
import type { Runtime } from "../../node/runtime.ts";
import { changeStored } from "../../store/compare-and-set.ts";
import type { Collection } from "../../store/port.ts";
import { type CaseDocument, reachedCase } from "./case-record.ts";

const TRIES = 20;

/** A step of a case as a call asks for it. */
export interface WantedCaseStep<T, Action extends string> {
  id: string;
  action: Action;
  remark: string;
  /** Revision that the person has read. */
  revision: number;
  /** Kind of its line of evidence, `entry-step`. */
  evidence: string;
  /** What else the step changes, or why it is not taken; the case is as it was before. */
  judged(before: T): Partial<T> | Promise<Partial<T>>;
}

/**
 * Takes a step of a case: by its procedure, from what the caller may meet, evidence first. Refuses as `takeStep`, with `CASE_UNKNOWN` beyond reach and
 * `REVISION_CONFLICT` where the case is not as the person has read it.
 */
export async function takeCaseStep<T extends CaseDocument<State, Action>, State extends string, Action extends string>(
  { collection, runtime, procedure }: CaseRoom<T, State, Action>,
  wanted: WantedCaseStep<T, Action>,
  { caller, reach }: Pick<CallContext, "caller" | "reach">,
): Promise<T> {
  const { id, action, remark, revision, evidence } = wanted;
  const next = async (old: T | undefined): Promise<T> => {
    const before = reachedCase(old, id, reach);
    const at = runtime.now().toISOString();
    const { state, step } = takeStep(procedure, before, { action, person: caller as StaffActor, at, remark });
    if (revision !== before.revision) throw unread("revision", String(before.revision));
    const more = await wanted.judged(before);
    await runtime.evidence.append(evidence, { code: id, action, state, by: callerName(caller) });
    const { work: _, fault: __, ...kept } = before;
    return { ...kept, ...more, state, steps: [...before.steps, step] } as unknown as T;
  };
  return changeStored<T, T>(collection, id, next, { tries: TRIES, spent: () => overtaken(id) });
}

/** What the steps of one kind of case need. */
export interface CaseRoom<T extends CaseDocument<State, Action>, State extends string, Action extends string> {
  collection: Pick<Collection<T>, "get" | "insert" | "replace">;
  runtime: Pick<Runtime, "now" | "evidence">;
  procedure: Procedure<State, Action>;
}

/** Refuses (`REVISION_CONFLICT`) to write over a case that is no longer at the revision that somebody has looked at; 0: any. */
export function requireRevision({ revision, case: id }: CaseDocument<string, string>, seen: number): void {
  if (seen !== 0 && seen !== revision) overtaken(id);
}

/** Throws the refusal of a case that others are changing. */
export function overtaken(id: string): never {
  throw new Refusal("REVISION_CONFLICT", `case ${id} has been changed by others; read it and try again`);
}
