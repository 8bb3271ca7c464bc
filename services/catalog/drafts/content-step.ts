import { digestOf, type JsonObject } from "../../domain/canonical.ts";
import type { DraftAction, DraftState } from "../../domain/item-procedure.ts";
import type { TakenStep } from "../../domain/procedure.ts";
import type { DraftDocument, DraftStep } from "../stored/drafts.ts";
import { contentDifferences } from "./content-difference.ts";

/** Places that a step tells of what it changed. */
const TOLD = 20;

/** A step that the procedure has let through, with the state that it leads to. */
export interface Admitted {
  state: DraftState;
  step: TakenStep<DraftAction>;
}

/**
 * A draft whose content a step changes. Steps of one person one after the other are kept as one, told against what was there before the
 * first, so that saving often does not use up the steps of a draft.
 */
export function withContent(
  document: DraftDocument,
  { state, step }: Admitted,
  { content, base }: Pick<DraftDocument, "content" | "base">,
): DraftDocument {
  const last = document.steps.at(-1);
  const goesOn = last?.action === step.action && last.account === step.account;
  const earlier = goesOn ? document.steps.slice(0, -1) : document.steps;
  const against = goesOn ? (document.before ?? document.content) : document.content;
  const isFirst = earlier.length === 0 && document.base === 0;
  const kept = { ...step, contentSha256: digestOf(content), base, ...(!isFirst && whatChanged(against, content)) };
  return {
    ...document,
    ...{ state, content, base, before: against },
    steps: [...earlier, kept],
    changes: document.changes + 1,
  };
}

/** What a step tells of what it changed. */
export function whatChanged(before: JsonObject, after: JsonObject): Pick<DraftStep, "differences" | "more"> {
  const { differences, more } = contentDifferences(before, after, TOLD);
  return { ...(differences.length > 0 && { differences }), ...(more > 0 && { more }) };
}
