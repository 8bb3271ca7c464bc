import type { Reason } from "../../domain/reason.ts";
import { Refusal, refuseField } from "../../domain/refusal.ts";
import { ownStep } from "../cases/carry-out.ts";
import { onNodesOwn } from "../cases/own-call.ts";
import type { GovernanceContext } from "../context.ts";
import { type Piece, piecesOf, saysSame } from "./pieces.ts";
import type { OpeningRequestDocument, Prior } from "./request-record.ts";
import { wantedIn } from "./request-view.ts";

/** Departments between two writes of how far it is. */
const AT_ONCE = 50;

/** Why the catalog takes nothing of this kind for a department, from nobody: nothing stands there then, and nothing comes to stand there late. */
const NEVER_TAKEN: ReadonlySet<Reason> = new Set<Reason>([
  ...(["DEPARTMENT_CLOSED", "DEPARTMENT_UNKNOWN", "PERMISSION_DENIED", "APP_UNKNOWN"] as const),
  ...(["ITEM_UNKNOWN", "SEAL_UNKNOWN", "MATTER_UNKNOWN"] as const),
]);

/**
 * Takes back what a request that was sent back had brought into the catalog, some departments at a time and again and again until done: what was new is
 * withdrawn, what stood before stands as before.
 */
export async function takeBack(
  context: GovernanceContext,
  one: OpeningRequestDocument,
  signal: AbortSignal,
): Promise<OpeningRequestDocument> {
  const { case: id, carried, begun = carried, prior = [], takenBack = 0 } = one;
  const pieces = piecesOf(context, wantedIn(one), onNodesOwn(signal)).slice(0, begun);
  const { fault: _, ...rest } = one;
  const some = pieces.slice(takenBack, takenBack + AT_ONCE);
  for (const [at, piece] of some.entries()) await restore(piece, prior[takenBack + at], `申请${id}退回`);
  if (takenBack + some.length < pieces.length) return { ...rest, takenBack: takenBack + some.length };
  const { runtime } = context;
  const line = { code: id, action: "takeBack", state: one.state, records: pieces.length, by: "service/governance" };
  await runtime.evidence.append("opening-request-step", line);
  const { work: _w, begun: _b, prior: _p, takenBack: _t, ...done } = rest;
  return { ...done, carried: 0, steps: [...one.steps, ownStep("takeBack", runtime)] };
}

/** Refuses (`STEP_REFUSED`) to go on with a request of which something is still being taken back. */
export function requireTakenBack({ work }: Pick<OpeningRequestDocument, "work">): void {
  if (work !== "takeBack") return;
  const description = "what it had brought in is being taken back";
  const localized = "已开通的部分正在收回，请稍后办理";
  throw refuseField("STEP_REFUSED", "request.id", description, "wait until that is done", localized);
}

/**
 * Stopped first, so that whoever is late with bringing it in finds another change there and brings nothing; then as it was before. What others made of it
 * meanwhile is not undone: what they stopped stays stopped, and anything else they made of it is suspended, for them to decide.
 */
async function restore(piece: Piece, before: Prior | undefined, cause: string): Promise<void> {
  const old = before?.value;
  const base = old ?? piece.wanted;
  const stopped = piece.stopped(base, cause, old ? "SUSPENDED" : "WITHDRAWN");
  try {
    const { value: now, changes } = await piece.read();
    const isOurs = now === undefined || [piece.wanted, old, stopped].some((one) => saysSame(now, one));
    if (!isOurs && now.halt !== undefined) return;
    await piece.put(stopped, changes);
    if (!isOurs || !old) return;
    // Each is put in the place of what was read: whoever stops it in between is not undone either.
    const held = await piece.read();
    if (saysSame(held.value, stopped)) await piece.put(old, held.changes);
  } catch (error) {
    if (!(error instanceof Refusal) || !NEVER_TAKEN.has(error.reason)) throw error;
  }
}
