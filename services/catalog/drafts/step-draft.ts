import type { StaffActor } from "../../domain/actor.ts";
import { digestOf } from "../../domain/canonical.ts";
import { type DraftAction, itemProcedure } from "../../domain/item-procedure.ts";
import { takeStep } from "../../domain/procedure.ts";
import { refuseField } from "../../domain/refusal.ts";
import type { CatalogContext } from "../context.ts";
import type { DraftDocument } from "../stored/drafts.ts";
import { standing } from "./keep-draft.ts";
import { requireReady } from "./ready.ts";

/** A step that somebody wants to take. */
export interface WantedStep {
  action: DraftAction;
  remark: string;
  person: StaffActor;
}

/** 4.3.4: a draft after a step that leaves what it says as it is, held to all that the step asks of draft and person. */
export async function steppedDraft(
  context: CatalogContext,
  document: DraftDocument,
  { action, remark, person }: WantedStep,
): Promise<DraftDocument> {
  const { runtime } = context;
  const at = runtime.now().toISOString();
  const { state, step } = takeStep(itemProcedure(document.division), document, { action, remark, person, at });
  requireTurn(document, runtime.config.node.code);
  await requireReady(context, document, action);
  const { before: _, openCode: _open, content, base, ...rest } = document;
  const publishes = action === "publish";
  if (publishes) runtime.clock.require();
  return {
    ...rest,
    ...{ content, base, changes: document.changes + 1 },
    ...standing(context, document, state),
    steps: [...document.steps, { ...step, contentSha256: digestOf(content), base }],
    ...(publishes && { slot: `${document.code}/${base}`, unfinished: "publish" as const }),
  };
}

/** Whether the last step of a draft is what is asked for, by the same person upon the revision before: the request again. */
export function isLastStep(
  { steps, changes }: DraftDocument,
  { action, person }: WantedStep,
  revision: bigint,
): boolean {
  const last = steps.at(-1);
  return BigInt(changes) === revision + 1n && last?.action === action && last.account === person.account;
}

/** Refuses (`STEP_REFUSED`) what is the turn of another node's people: a draft is written at one node at a time. */
export function requireTurn({ turn }: DraftDocument, ownNode: string): void {
  if (turn === ownNode) return;
  const localized = turn === "" ? "该草案未连接省级节点或已办结" : `该草案现由节点${turn}办理，请待其办理`;
  const description = `the draft waits for ${turn === "" ? "nobody" : `node ${turn}`}`;
  throw refuseField("STEP_REFUSED", "id", description, "wait until it has come to this node", localized);
}
